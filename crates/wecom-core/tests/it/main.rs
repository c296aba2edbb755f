//! What WeCom says, held against published samples: one binary, because one is linked faster than several.

mod callback;
mod events;
