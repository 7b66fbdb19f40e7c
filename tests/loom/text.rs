//! Is a text on the original's wire ever a mix of two, if one write falls into a read?

use std::sync::Arc;

use ramframe_core::text::{self, ReadError};

use crate::model::{Model, beside};
use crate::orders::Orders;
use crate::wide::Wide;

const TEXTS: [&[u8]; 2] = [b"CIEPLO, bardzo CIEPLO", b"ZIMNO i ciemno, ZIMNO"];

pub(crate) static WHOLE: Model = Model {
    name: "text_is_never_mixed",
    cases: 1,
    bound: Some(3),
    run: whole,
};

fn whole(orders: &Arc<Orders>, _: usize) {
    let region = Wide::new(4, orders);
    text::write(&region, TEXTS[0]).unwrap();
    let reader = region.clone();
    let writer = || text::write(&region, TEXTS[1]).unwrap();
    beside(writer, move || match text::read(&reader, &mut [0; 32]) {
        Ok(found) => assert!(found.is_empty() || TEXTS.contains(&found), "{found:?}"),
        Err(error) => assert_eq!(error, ReadError::Unsettled),
    });
    assert_eq!(text::read(&region, &mut [0; 32]), Ok(TEXTS[1]));
}
