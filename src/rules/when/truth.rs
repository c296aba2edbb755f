//! Whether a condition holds: yes, no, or not known.
//!
//! It is Kleene's logic of three values, with two kinds of the third. *Unknown* is a condition whose look-up failed; it
//! stays unknown. *Open* is one whose look-up has not been made; the answer can make it anything. A `Yes` or `No`
//! therefore never changes, whatever is found out later, and that is why a welcome may go out before everything is known.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    /// Its look-up failed.
    Unknown,
    /// Its look-up has not been made.
    Open,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Truth {
    /// `No` as soon as one is, whatever the other is.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Open, _) | (_, Self::Open) => Self::Open,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// `Yes` as soon as one is, whatever the other is.
    pub(crate) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Open => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Truth::{No, Open, Unknown, Yes},
        *,
    };

    const ALL: [Truth; 4] = [Yes, No, Unknown, Open];

    #[test]
    fn by_hand() {
        for (a, b, and, or) in [
            (Yes, Yes, Yes, Yes),
            (Yes, No, No, Yes),
            (Yes, Unknown, Unknown, Yes),
            (Yes, Open, Open, Yes),
            (No, No, No, No),
            (No, Unknown, No, Unknown),
            (No, Open, No, Open),
            (Unknown, Unknown, Unknown, Unknown),
            (Unknown, Open, Open, Open),
            (Open, Open, Open, Open),
        ] {
            assert_eq!((a.and(b), a.or(b)), (and, or), "{a:?} {b:?}");
            assert_eq!((b.and(a), b.or(a)), (and, or), "{b:?} {a:?}");
        }
    }

    #[test]
    fn the_laws_of_kleene() {
        for a in ALL {
            assert_eq!(a.not().not(), a);
            assert_eq!((a.and(a), a.or(a)), (a, a));
            for b in ALL {
                assert_eq!(a.and(b).not(), a.not().or(b.not()));
                assert_eq!(a.or(b).not(), a.not().and(b.not()));
                for c in ALL {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                    assert_eq!(a.or(b).or(c), a.or(b.or(c)));
                }
            }
        }
    }

    /// Nothing that an answer may still change is ever `Yes` or `No`.
    #[test]
    fn yes_and_no_never_change() {
        let becomes = |truth: Truth| if truth == Open { ALL.to_vec() } else { vec![truth] };
        for (a, b) in ALL.into_iter().flat_map(|a| ALL.map(|b| (a, b))) {
            for (then_a, then_b) in
                becomes(a).into_iter().flat_map(|a| becomes(b).into_iter().map(move |b| (a, b)))
            {
                for (now, then) in [(a.and(b), then_a.and(then_b)), (a.or(b), then_a.or(then_b))] {
                    assert!(now == Open || now == then, "{a:?} {b:?} were {now:?} and became {then:?}");
                }
            }
        }
    }
}
