//! The rules, each a method of [`Crate`](crate::Crate).

mod circles;
pub(crate) mod floors;
pub(crate) mod foreign;
mod imports;
mod lengths;
