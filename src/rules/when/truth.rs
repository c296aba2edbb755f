//! What can be said of a condition: it holds, it does not, or nobody can tell.
//!
//! Kleene's logic of three values, with the third in two kinds. *Unknown* is what a look-up could not tell; it stays
//! so. *Open* is what nobody has looked up yet: an answer could make it anything. So whatever is `Yes` or `No` here
//! stays so, whatever is found out later; that is why a welcome may go out before everything is known.

/// What can be said of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It was looked up in vain.
    Unknown,
    /// It has not been looked up.
    Open,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Truth {
    /// One `No` is enough, whatever the other is.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Open, _) | (_, Self::Open) => Self::Open,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// One `Yes` is enough, whatever the other is.
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

    /// What an answer may still change is never taken for certain.
    #[test]
    fn what_is_certain_stays_so() {
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
