//! Customers who change hands (pages 92124, 92125, 94081, 94082, 94088). How a transfer ends is in
//! `acts::transfer`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, check_userid, invalid},
    errcode::Refusal,
};
use crate::{
    corp::Hindrance,
    world::{
        World,
        bond::Bond,
        staff::Member,
        transfers::{ToStart, Transfer, TransferStatus},
    },
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/transfer_customer", transfer_customer),
    Method::post("externalcontact/transfer_result", transfer_result),
    Method::post("externalcontact/resigned/transfer_customer", resigned_transfer_customer),
    Method::post("externalcontact/resigned/transfer_result", resigned_transfer_result),
    Method::post("externalcontact/get_unassigned_list", get_unassigned_list),
    Method::post("externalcontact/transfer", transfer),
];

/// The most customers in one call.
const CUSTOMERS_MAX: usize = 100;

/// The most characters in `transfer_success_msg`.
const MESSAGE_CHARS_MAX: usize = 200;

/// The most rows on a page.
const PAGE_MAX: usize = 1_000;

/// With numbers of pages instead of cursors, no further than so many rows.
const PAGED_MAX: u64 = 50_000;

#[derive(Deserialize)]
struct TransferCustomer {
    #[serde(default)]
    handover_userid: String,
    #[serde(default)]
    takeover_userid: String,
    #[serde(default)]
    external_userid: Vec<String>,
    transfer_success_msg: Option<String>,
}

fn transfer_customer(world: &mut World, call: &Call<'_>) -> Answer {
    start(world, &call.json()?, false, call.now_ms)
}

fn resigned_transfer_customer(world: &mut World, call: &Call<'_>) -> Answer {
    let asked = TransferCustomer { transfer_success_msg: None, ..call.json()? };
    start(world, &asked, true, call.now_ms)
}

/// A customer who cannot be transferred is refused alone, and the others are transferred; a fault about the members
/// refuses the whole call.
fn start(world: &mut World, asked: &TransferCustomer, resigned: bool, now_ms: i64) -> Answer {
    let of = members_of(world, asked, resigned)?;
    if asked.external_userid.is_empty() {
        return Err(Refusal::new(41035, "missing external_userid"));
    }
    check::count("external_userid", &asked.external_userid, CUSTOMERS_MAX)?;
    let mut rows = Vec::new();
    for external_userid in &asked.external_userid {
        let code = start_one(world, &of, external_userid, now_ms).err().map_or(0, |refusal| refusal.code);
        rows.push(json!({ "external_userid": external_userid, "errcode": code }));
    }
    Ok(members(json!({ "customer": rows })))
}

/// The giver and the taker, written as in the directory.
struct Members {
    handover: String,
    takeover: String,
    resigned: bool,
    message: Option<String>,
}

fn members_of(world: &World, asked: &TransferCustomer, resigned: bool) -> Result<Members, Refusal> {
    check_userid(&asked.handover_userid)?;
    let giver = world.staff.ever(&asked.handover_userid).ok_or(Refusal::new(60111, "userid not found"))?;
    match giver.left_at_ms {
        None if resigned => return Err(Refusal::new(40097, "user has not resigned")),
        Some(_) if !resigned => return Err(Refusal::new(60111, "userid not found")),
        _ => {}
    }
    let taker = check::serving(world, &asked.takeover_userid)?;
    if taker.employee.userid == giver.employee.userid {
        return Err(Refusal::new(40130, "handover_userid and takeover_userid are the same"));
    }
    if taker.is(Hindrance::NotVerified) || taker.is(Hindrance::NotActivated) {
        return Err(Refusal::new(40098, "takeover user is not real-name verified"));
    }
    if taker.is(Hindrance::Barred) {
        return Err(Refusal::new(40143, "takeover user is banned"));
    }
    check::chars("transfer_success_msg", asked.transfer_success_msg.as_deref(), MESSAGE_CHARS_MAX)?;
    Ok(Members {
        handover: giver.employee.userid.clone(),
        takeover: taker.employee.userid.clone(),
        resigned,
        message: asked.transfer_success_msg.clone(),
    })
}

fn start_one(world: &mut World, of: &Members, external_userid: &str, now_ms: i64) -> Result<(), Refusal> {
    let place = check::customer(world, external_userid)?;
    let follows = |bond: &Bond| bond.is_of(&of.handover) && !bond.half;
    if !world.customers[place].bonds.iter().any(follows) {
        return Err(Refusal::new(40131, "handover_userid does not follow the customer"));
    }
    if world.transfers.is_waiting(place, &of.handover) {
        return Err(if of.resigned {
            Refusal::new(40100, "customer is in transfer already")
        } else {
            Refusal::new(40129, "customer is being transferred")
        });
    }
    if !of.resigned && world.transfers.too_often(place, now_ms) {
        return Err(Refusal::new(40128, "customer was transferred too often"));
    }
    if world.staff.get(&of.takeover).is_some_and(Member::is_full) {
        return Err(Refusal::new(40099, "customer count out of limit"));
    }
    let transfer = ToStart {
        place,
        handover: &of.handover,
        takeover: &of.takeover,
        resigned: of.resigned,
        message: of.message.as_deref(),
    };
    world.start_transfer(&transfer, now_ms);
    Ok(())
}

#[derive(Deserialize)]
struct OldTransfer {
    #[serde(default)]
    handover_userid: String,
    #[serde(default)]
    takeover_userid: String,
    #[serde(default)]
    external_userid: String,
    transfer_success_msg: Option<String>,
}

/// The old form: one customer, of a member who works here or of one who has left.
fn transfer(world: &mut World, call: &Call<'_>) -> Answer {
    let OldTransfer { handover_userid, takeover_userid, external_userid, transfer_success_msg } =
        call.json()?;
    let resigned = world.staff.ever(&handover_userid).is_some_and(|giver| giver.left_at_ms.is_some());
    let asked = TransferCustomer {
        handover_userid,
        takeover_userid,
        external_userid: Vec::new(),
        transfer_success_msg,
    };
    let of = members_of(world, &asked, resigned)?;
    start_one(world, &of, &external_userid, call.now_ms)?;
    Ok(members(Value::Null))
}

#[derive(Deserialize)]
struct TransferResult {
    #[serde(default)]
    handover_userid: String,
    #[serde(default)]
    takeover_userid: String,
    cursor: Option<String>,
}

fn transfer_result(world: &mut World, call: &Call<'_>) -> Answer {
    result(world, &call.json()?, false)
}

fn resigned_transfer_result(world: &mut World, call: &Call<'_>) -> Answer {
    result(world, &call.json()?, true)
}

fn result(world: &World, asked: &TransferResult, resigned: bool) -> Answer {
    for userid in [&asked.handover_userid, &asked.takeover_userid] {
        check_userid(userid)?;
        if world.staff.ever(userid).is_none() {
            return Err(Refusal::new(60111, "userid not found"));
        }
    }
    let wanted = |transfer: &&Transfer| {
        transfer.resigned == resigned
            && transfer.handover.eq_ignore_ascii_case(&asked.handover_userid)
            && transfer.takeover.eq_ignore_ascii_case(&asked.takeover_userid)
    };
    let to_json = |transfer: &Transfer| {
        let (status, time_ms) = match transfer.status {
            TransferStatus::Done => (1, transfer.takeover_ms),
            TransferStatus::Waiting => (2, transfer.takeover_ms),
            TransferStatus::Refused => (3, 0),
            TransferStatus::LimitExceeded => (4, 0),
        };
        json!({ "external_userid": transfer.customer, "status": status, "takeover_time": time_ms / 1_000 })
    };
    let rows = world.transfers.iter().filter(wanted).map(|transfer| (transfer.number, to_json(transfer)));
    let (page, next_cursor) = check::page(rows, check::cursor(asked.cursor.as_deref())?, PAGE_MAX);
    Ok(members(json!({ "customer": page, "next_cursor": next_cursor })))
}

#[derive(Deserialize)]
struct GetUnassignedList {
    page_id: Option<u64>,
    page_size: Option<i64>,
    cursor: Option<String>,
}

/// The customers of members who have left, unless somebody is taking them over; those of the latest leaver first.
fn get_unassigned_list(world: &mut World, call: &Call<'_>) -> Answer {
    let GetUnassignedList { page_id, page_size, cursor } = call.json()?;
    let size = check::limit(page_size, PAGE_MAX, PAGE_MAX)?;
    let cursor = cursor.filter(|cursor| !cursor.is_empty());
    let by_number = page_id.filter(|_| cursor.is_none());
    let skipped = by_number.unwrap_or_default().saturating_mul(size as u64);
    if skipped >= PAGED_MAX {
        return Err(invalid(format!("page_id times page_size is not below {PAGED_MAX}")));
    }
    let from = check::cursor(cursor.as_deref())?;
    let mut rows = Vec::new();
    for (leaver, left_at_ms) in world.staff.leavers() {
        let userid = &leaver.employee.userid;
        // The latest leaver comes first, so a later time makes a smaller key.
        let major = u64::MAX - left_at_ms.unsigned_abs();
        rows.extend(leaver.customers.iter().filter_map(|place| {
            let of = &world.customers[*place];
            let bond = of.bonds.iter().find(|bond| bond.is_of(userid) && !bond.half)?;
            let json = json!({
                "handover_userid": userid,
                "external_userid": of.customer.external_userid,
                "dimission_time": left_at_ms / 1_000,
            });
            let is_unassigned = !world.transfers.is_waiting(*place, userid);
            is_unassigned.then(|| (check::key(major, bond.number), json))
        }));
    }
    rows.sort_by_key(|(key, _)| *key);
    let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
    let (page, next_cursor) = check::page(rows.into_iter().skip(skipped), from, size);
    let mut answer = json!({ "info": page, "is_last": next_cursor.is_empty() });
    if by_number.is_none() {
        answer["next_cursor"] = json!(next_cursor);
    }
    Ok(members(answer))
}
