//! Made-up people: names as one meets them on WeChat, and the channels that they come from.

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

const FAMILY_NAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "罗", "梁", "宋", "郑", "谢", "欧阳",
];

/// Given names with their gender in WeCom's numbers: 1 male, 2 female.
const GIVEN_NAMES: [(&str, u8); 24] = [
    ("伟", 1),
    ("芳", 2),
    ("娜", 2),
    ("敏", 2),
    ("静", 2),
    ("强", 1),
    ("磊", 1),
    ("洋", 1),
    ("艳", 2),
    ("勇", 1),
    ("杰", 1),
    ("娟", 2),
    ("涛", 1),
    ("超", 1),
    ("秀英", 2),
    ("建国", 1),
    ("雨桐", 2),
    ("子涵", 1),
    ("欣怡", 2),
    ("浩然", 1),
    ("梓萱", 2),
    ("晓明", 1),
    ("丽华", 2),
    ("志远", 1),
];

/// Nicknames. They are awkward on purpose: quotes, markup, emoji and placeholders must all survive.
const NICKNAMES: [&str; 12] = [
    "🌸小雨🌸",
    "A0建材批发-老李",
    "阿杰 Jay",
    "secret_园丁",
    "“引号”先生",
    "平安是福",
    "Lily&Co",
    "<无名>",
    "山高水长",
    "$1 加油",
    "{{ 大括号 }}",
    "鱼🐟",
];

/// Channels, as they stand in a contact way's `state`. Absent: the customer came by a way that has none.
const STATES: [Option<&str>; 6] = [
    Some("spring-2026"),
    Some("spring-store"),
    Some("beijing"),
    Some("douyin-live"),
    Some("expo-3F-12"),
    None,
];

/// One made-up person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What the person is called on WeChat.
    pub name: String,
    /// WeCom's number: 0 unknown, 1 male, 2 female.
    pub gender: u8,
    /// The channel the person comes from, if it has a `state`.
    pub state: Option<&'static str>,
}

/// An endless row of people; the same number gives the same people.
pub fn people(chance: u64) -> impl Iterator<Item = Person> {
    let mut dice = StdRng::seed_from_u64(chance);
    std::iter::repeat_with(move || person(&mut dice))
}

/// The next person.
pub(crate) fn person(dice: &mut StdRng) -> Person {
    let state = STATES.choose(dice).copied().flatten();
    // About one in five goes by a nickname and has set no gender.
    if dice.random_ratio(1, 5) {
        let name = NICKNAMES.choose(dice).copied().unwrap_or("平安是福");
        return Person { name: name.to_owned(), gender: 0, state };
    }
    let family = FAMILY_NAMES.choose(dice).copied().unwrap_or("王");
    let (given, gender) = GIVEN_NAMES.choose(dice).copied().unwrap_or(("芳", 2));
    Person { name: format!("{family}{given}"), gender, state }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_chance_gives_the_same_people() {
        let twenty = |chance| people(chance).take(20).collect::<Vec<_>>();
        assert_eq!(twenty(7), twenty(7));
        assert_ne!(twenty(7), twenty(8));
    }
}
