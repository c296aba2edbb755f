//! What rules may ask about: the change that an event is, the customer, the employee.

pub(crate) mod add_way;
pub(crate) mod change;
pub(crate) mod customer;
pub(crate) mod employee;
