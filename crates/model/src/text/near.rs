//! Near strings: for each value of a column, the commoner values that a few edits away.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use crate::map::HashMap;
use lustrate_table::{Code, Dictionary};
use rapidfuzz::distance::levenshtein;
use rayon::prelude::*;

use super::chars::Chars;
use super::edits::{Workspace, script_within};

/// At most this many near strings are kept for a value.
const KEPT: usize = 8;
/// Only so many characters of a string are compared; what lies behind is taken for equal.
const COMPARED: usize = 120;
/// At most so many strings are compared with one value: those that share the most bigrams with it.
const COMPARISONS: usize = 400;

/// Whether near strings are looked for at once, or when somebody asks for those of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looking {
    /// For all values at once.
    AtOnce,
    /// When they are asked for.
    WhenAsked,
}

/// For each value (by code) the values with a higher count within `max(1, min(12, 0.3 length))` edits, nearest
/// first, then commonest, then by text; at most eight.
///
/// An index of bigrams keeps the number of comparisons per value bounded: two strings within that distance share
/// at least `length - 1 - 2 edits` bigrams, so one of the rarest bigrams of the value leads to every near string.
#[derive(Clone, Debug, Default)]
pub(crate) struct NearStrings {
    /// By code; where they were looked for at once.
    found: Vec<Near>,
    /// What is needed to find them.
    search: Option<Arc<Search>>,
}

/// The near strings of one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Near(Option<Arc<[Code]>>);

impl Near {
    fn new(codes: Vec<Code>) -> Self {
        Near((!codes.is_empty()).then(|| codes.into()))
    }
}

impl Deref for Near {
    type Target = [Code];

    fn deref(&self) -> &[Code] {
        self.0.as_deref().unwrap_or(&[])
    }
}

/// The characters of values, by code: those that the column holds, and others behind them that nobody looks for.
#[derive(Clone, Debug)]
struct Texts(Arc<Chars>);

impl Texts {
    /// As much of the text of a value as is compared.
    fn of(&self, value: usize) -> &[char] {
        let text = self.0.of_place(value);
        &text[..text.len().min(COMPARED)]
    }
}

/// All that a search needs.
#[derive(Debug)]
struct Search {
    texts: Texts,
    counts: Vec<u32>,
    index: Index,
    /// What was found for those that were asked for.
    known: Known,
    /// What searches write to, kept for the next.
    scratch: Mutex<Vec<Shared>>,
}

impl NearStrings {
    /// Of the values of a column; `counts` are by code, and so are `chars`, their characters, behind which others may come.
    pub(crate) fn new(domain: &Dictionary, chars: &Arc<Chars>, counts: &[u32], looking: Looking) -> Self {
        let texts = Texts(Arc::clone(chars));
        let live = |&v: &u32| counts[v as usize] > 0 && !texts.of(v as usize).is_empty();
        let live: Vec<u32> = (0..counts.len() as u32).filter(live).collect();
        let Some(least) = live.iter().map(|&v| counts[v as usize]).min() else { return NearStrings::default() };
        let index = Index::new(&texts, counts, live.iter().copied().filter(|&v| counts[v as usize] > least));
        let search =
            Search { texts, counts: counts.to_vec(), index, known: Known::default(), scratch: Mutex::default() };
        if looking == Looking::WhenAsked {
            return NearStrings { found: Vec::new(), search: Some(Arc::new(search)) };
        }
        let found = (0..counts.len() as u32).into_par_iter().map(|code| search.of(Code(code), domain)).collect();
        NearStrings { found, search: None }
    }

    /// Those of a value, which are looked for now if nobody asked before.
    pub(crate) fn of(&self, code: Code, domain: &Dictionary) -> Near {
        match &self.search {
            Some(search) if (code.0 as usize) < search.counts.len() => {
                search.known.of(code, || search.of(code, domain))
            }
            _ => self.found.get(code.0 as usize).cloned().unwrap_or_default(),
        }
    }

    /// Whether all were looked for at once.
    pub(crate) fn knows_all(&self) -> bool {
        !self.found.is_empty()
    }

    /// Those of a value, where they were looked for at once.
    pub(crate) fn known(&self, code: Code) -> &[Code] {
        self.found.get(code.0 as usize).map_or(&[], Deref::deref)
    }
}

/// What was found for single values, in several parts so that threads seldom wait for each other.
#[derive(Debug, Default)]
struct Known([Mutex<HashMap<Code, Near>>; 16]);

impl Known {
    /// What is known of a value, or is found now; whichever thread asks first finds the same.
    fn of(&self, code: Code, find: impl FnOnce() -> Near) -> Near {
        let part = || self.0[code.index() % self.0.len()].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = part().get(&code) {
            return known.clone();
        }
        let found = find();
        part().insert(code, found.clone());
        found
    }
}

impl Search {
    fn of(&self, code: Code, domain: &Dictionary) -> Near {
        let pool = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = pool().pop();
        let mut scratch = scratch.unwrap_or_else(|| Shared::new(self.index.values.len()));
        let near = self.near(code.index(), domain, &mut scratch);
        pool().push(scratch);
        Near::new(near)
    }

    fn near(&self, value: usize, domain: &Dictionary, scratch: &mut Shared) -> Vec<Code> {
        match self.counts[value] {
            0 => Vec::new(),
            _ => near(value, domain, &self.texts, &self.counts, &self.index, scratch),
        }
    }
}

fn near(
    value: usize,
    domain: &Dictionary,
    texts: &Texts,
    counts: &[u32],
    index: &Index,
    shared: &mut Shared,
) -> Vec<Code> {
    let text = texts.of(value);
    let limit = (text.len() * 3 / 10).min(12);
    if text.len() < 2 {
        return Vec::new();
    }
    let limit = limit.max(1);
    let scorer = levenshtein::BatchComparator::new(text.iter().copied());
    let arguments = levenshtein::Args::default().score_cutoff(limit);
    let mut found: Vec<(usize, u32)> = Vec::new();
    index.sharing(text, limit, shared);
    for &place in &shared.ranked {
        let other = index.values[place as usize];
        let candidate = texts.of(other as usize);
        let commoner = counts[other as usize] > counts[value] && other as usize != value;
        if !commoner || candidate.len().abs_diff(text.len()) > limit {
            continue;
        }
        if scorer.distance_with_args(candidate.iter().copied(), &arguments).is_some() {
            let steps = script_within(candidate, text, limit, &mut shared.work).map_or(limit, <[_]>::len);
            found.push((steps, other));
        }
    }
    let text_of = |v: u32| domain.text(Code(v));
    found.sort_unstable_by(|&(steps, a), &(other_steps, b)| {
        let by_count = counts[b as usize].cmp(&counts[a as usize]);
        steps.cmp(&other_steps).then(by_count).then_with(|| text_of(a).cmp(&text_of(b)))
    });
    found.into_iter().take(KEPT).map(|(_, other)| Code(other)).collect()
}

/// Which strings hold a bigram.
#[derive(Debug)]
struct Index {
    postings: HashMap<(char, char), Vec<u32>>,
    /// Short strings can be near without sharing a bigram.
    short: Vec<u32>,
    /// The values in the order by count and text, which does not depend on the order of the rows. The lists name them by
    /// their places in it.
    values: Vec<u32>,
}

/// Strings up to this length are compared with every other short string of the column that is indexed.
const SHORT: usize = 5;

impl Index {
    fn new(texts: &Texts, counts: &[u32], values: impl Iterator<Item = u32>) -> Self {
        let mut values: Vec<u32> = values.collect();
        values.sort_by(|&a, &b| {
            counts[b as usize].cmp(&counts[a as usize]).then_with(|| texts.of(a as usize).cmp(texts.of(b as usize)))
        });
        let (mut postings, mut short) = (HashMap::<_, Vec<u32>>::default(), Vec::new());
        for (place, &value) in (0..).zip(&values) {
            let text = texts.of(value as usize);
            for bigram in bigrams(text) {
                postings.entry(bigram).or_default().push(place);
            }
            if text.len() <= SHORT {
                short.push(place);
            }
        }
        Index { postings, short, values }
    }

    /// Puts into `shared` the values that may lie within `limit` edits of a text: those that share the most rare bigrams.
    fn sharing(&self, text: &[char], limit: usize, shared: &mut Shared) {
        let mut lists: Vec<&Vec<u32>> = bigrams(text).iter().filter_map(|bigram| self.postings.get(bigram)).collect();
        lists.sort_by_key(|list| list.len());
        // A string within `limit` edits lacks at most `2 limit` of the bigrams.
        let probes = (2 * limit + 1).min(lists.len());
        let mut budget = 20 * COMPARISONS;
        for list in &lists[..probes] {
            // A list is sorted by count: where it is cut, the commonest values are looked at.
            let looked_at = list.len().min(budget);
            budget -= looked_at;
            list[..looked_at].iter().for_each(|&place| shared.add(place, 1));
        }
        if text.len() <= SHORT {
            self.short.iter().take(COMPARISONS).for_each(|&place| shared.add(place, 0));
        }
        shared.rank();
    }
}

/// How many of the bigrams of a text other values share; kept from text to text, so that nothing is allocated for one.
/// Values are named by their places in the index.
#[derive(Debug)]
struct Shared {
    /// By value, one more than the bigrams; zero for values that were not met.
    times: Vec<u8>,
    met: Vec<u32>,
    /// The values that share the most, in no order.
    ranked: Vec<u32>,
    /// Those that share as much as the last of these.
    last: Vec<u32>,
    /// What edit scripts are written with.
    work: Workspace,
}

impl Shared {
    fn new(values: usize) -> Self {
        Shared {
            times: vec![0; values],
            met: Vec::new(),
            ranked: Vec::new(),
            last: Vec::new(),
            work: Workspace::default(),
        }
    }

    fn add(&mut self, place: u32, times: u8) {
        let known = &mut self.times[place as usize];
        if *known == 0 {
            *known = 1;
            self.met.push(place);
        }
        *known += times;
    }

    /// Keeps of what was met the values that share the most, of equals the first, and forgets the rest.
    fn rank(&mut self) {
        let Shared { times, met, ranked, last, .. } = self;
        let mut sharing = [0; u8::MAX as usize + 1];
        met.iter().for_each(|&place| sharing[usize::from(times[place as usize])] += 1);
        // All that share more than `least` are kept, and of those that share so much as many as there is room for.
        let (mut least, mut more) = (u8::MAX, 0);
        while least > 0 && more + sharing[usize::from(least)] <= COMPARISONS {
            more += sharing[usize::from(least)];
            least -= 1;
        }
        ranked.clear();
        last.clear();
        for place in met.drain(..) {
            let times = std::mem::take(&mut times[place as usize]);
            if times >= least {
                if times > least { &mut *ranked } else { &mut *last }.push(place);
            }
        }
        let room = COMPARISONS - more;
        if last.len() > room {
            last.select_nth_unstable(room);
            last.truncate(room);
        }
        ranked.append(last);
    }
}

fn bigrams(text: &[char]) -> Vec<(char, char)> {
    let mut bigrams: Vec<(char, char)> = text.windows(2).map(|pair| (pair[0], pair[1])).collect();
    bigrams.sort_unstable();
    bigrams.dedup();
    bigrams
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(domain: &Dictionary) -> Arc<Chars> {
        Arc::new(Chars::of(domain.iter().map(|(_, text)| text)))
    }

    #[test]
    fn commoner_values_are_found_nearest_first() {
        let texts = ["birmingham", "birmxngham", "bxrmxnghxm", "boston", "bostin", "ak", "al"];
        let counts = [30, 1, 1, 20, 1, 1, 9];
        let mut domain = Dictionary::new();
        texts.iter().for_each(|text| {
            domain.intern(text);
        });
        let near = NearStrings::new(&domain, &chars(&domain), &counts, Looking::AtOnce);
        assert_eq!(near.known(Code(1)), [Code(0)]);
        assert_eq!(near.known(Code(2)), [Code(0)]);
        assert_eq!(near.known(Code(4)), [Code(3)]);
        assert_eq!(near.known(Code(5)), [Code(6)]);
        assert!(near.known(Code(0)).is_empty(), "nothing commoner is near");
    }

    #[test]
    fn a_damaged_long_text_finds_its_original_among_many() {
        let mut domain = Dictionary::new();
        let mut counts = Vec::new();
        for i in 0..2000 {
            domain.intern(&format!("patients of ward {i} given treatment number {}", i * 7919 % 2000));
            counts.push(5);
        }
        let damaged = domain.intern("patxents of ward 77 gxven treatment number 1763");
        counts.push(1);
        let near = NearStrings::new(&domain, &chars(&domain), &counts, Looking::AtOnce);
        assert_eq!(domain.text(near.known(damaged)[0]), Some("patients of ward 77 given treatment number 1763"));
    }
}
