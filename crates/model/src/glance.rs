//! What dependencies say of the cells of one column at a glance.
//!
//! Of nearly every cell of a large table [`Screen`](crate::screen::Screen) only finds that its group is agreed on what is written.
//! What a group is agreed on is the same for all of its rows, so it is found once for each group, and a row costs one look-up
//! for each dependency, in a table of four bytes for each group. Cells of which that does not tell are looked at in full.

use lustrate_table::Code;

use crate::confidence::Confidence;
use crate::factors::Strength;
use crate::factors::context::{Context, NoiseBound};
use crate::factors::reverse::Reverse;
use crate::lexicon::slot;
use crate::scorer::Scorer;
use crate::screen::{AGREED, BORNE_OUT, DOUBTFUL_KEY, MAJORITY, MORE};
use crate::settings::{FIRST_CONFIDENCE, KNOWN};
use crate::tally::{Group, GroupTally, NO_GROUP, RowGroups};

/// A group neither bears out nor doubts what any of its rows holds.
const NOTHING: u32 = u32::MAX;
/// What a group says depends on the row.
const DEPENDS: u32 = u32::MAX - 1;
/// On a slot: the group is agreed on it, by too few rows to bear it out.
const TOO_FEW: u32 = 1 << 31;

/// The dependencies that speak of the cells of one column of a table that is believed as it is written.
pub(crate) struct Glance<'s, 'a> {
    scorer: &'s Scorer<'a>,
    sayings: Vec<Saying<'s>>,
}

/// One dependency, from the key of the cell or to what it determines.
struct Saying<'s> {
    groups: Agreed<'s>,
    /// The cells that the group speaks of.
    of: &'s [Code],
    /// The confidences of the other cells of the row that must be right for the group to be asked at all.
    given: Vec<&'s Confidence>,
    bound: NoiseBound,
}

/// What the group of each row is agreed on.
enum Agreed<'s> {
    /// By a code of the row; codes beyond the last have no group.
    ByCode { codes: &'s [Code], agreed: Vec<u32> },
    /// By the group of the row.
    ByGroup { groups: RowGroups<'s>, agreed: Vec<u32> },
}

/// How many dependencies bear a cell out, and of how many a glance does not tell what they say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Glanced {
    bear_out: u32,
    untold: u32,
}

impl<'s, 'a> Glance<'s, 'a> {
    /// Looks at all groups.
    pub(crate) fn new(scorer: &'s Scorer<'a>) -> Self {
        let contexts = scorer.contexts.iter().filter(|context| context.strength != Strength::Pair);
        let reverses = scorer.reverses.iter().step_by(2);
        let sayings = contexts
            .map(|context| of_context(scorer, context))
            .chain(reverses.map(|reverse| of_reverse(scorer, reverse)));
        Glance { scorer, sayings: sayings.collect() }
    }

    /// What is said of the cells of successive rows, of which there are as many as places in `glanced`.
    pub(crate) fn look(&self, first: usize, glanced: &mut [Glanced]) {
        glanced.fill(Glanced::default());
        for saying in &self.sayings {
            saying.look(first, glanced);
        }
    }

    /// Whether what was said shows that a cell is settled: nothing else that would be said could change it.
    pub(crate) fn shows(&self, row: usize, glanced: Glanced) -> bool {
        let scorer = self.scorer;
        let Glanced { bear_out, untold } = glanced;
        let observed = scorer.observed(row);
        bear_out >= if untold == 0 { 1 } else { untold + MORE }
            && !scorer.column.odd[observed]
            && scorer.rows.confidence[row] != KNOWN
            && scorer.spellings.iter().all(|spelling| spelling.wants_nothing_but(row, observed))
    }
}

impl Saying<'_> {
    fn look(&self, first: usize, glanced: &mut [Glanced]) {
        match &self.groups {
            Agreed::ByCode { codes, agreed } => {
                let said = |row: usize| agreed.get(codes[row].0 as usize).copied().unwrap_or(NOTHING);
                self.hear(first, glanced, said);
            }
            Agreed::ByGroup { groups, agreed } => {
                let said = |row: usize| match groups.get(row) {
                    NO_GROUP => NOTHING,
                    group => agreed[group as usize],
                };
                self.hear(first, glanced, said);
            }
        }
    }

    fn hear(&self, first: usize, glanced: &mut [Glanced], said: impl Fn(usize) -> u32) {
        for (row, glanced) in (first..).zip(glanced) {
            let (said, written) = (said(row), slot(self.of[row]) as u32);
            if said == written {
                glanced.bear_out += u32::from(self.may_be_asked(row));
            } else if said != NOTHING && said != written | TOO_FEW {
                glanced.untold += 1;
            }
        }
    }

    fn may_be_asked(&self, row: usize) -> bool {
        let right: f64 = self.given.iter().map(|column| f64::from(column[row]).min(1.0)).product();
        self.bound == NoiseBound::Off || 1.0 - right <= DOUBTFUL_KEY
    }
}

fn of_context<'s>(scorer: &'s Scorer<'_>, context: &'s Context<'_>) -> Saying<'s> {
    let agreed = agreed(context.counts);
    let groups = match &context.groups {
        RowGroups::ByCode { codes, tally } => Agreed::ByCode { codes, agreed: by_code(tally, &agreed) },
        groups => Agreed::ByGroup { groups: groups.clone(), agreed },
    };
    Saying { groups, of: &scorer.rows.observed, given: context.key_confidences(), bound: context.bound() }
}

fn of_reverse<'s>(scorer: &'s Scorer<'_>, reverse: &'s Reverse<'_>) -> Saying<'s> {
    let counts = reverse.counts();
    let agreed = agreed(counts);
    let groups = match reverse.groups(&scorer.rows.observed) {
        RowGroups::ByCode { codes, tally } => Agreed::ByCode { codes, agreed: by_code(tally, &agreed) },
        groups => Agreed::ByGroup { groups, agreed },
    };
    Saying { groups, of: reverse.determined(), given: reverse.confidences(), bound: reverse.bound() }
}

/// By group what it is agreed on, whichever of the rows that hold it is left out.
fn agreed(counts: &GroupTally) -> Vec<u32> {
    let own = f64::from(FIRST_CONFIDENCE);
    let of_group = |group: Group| {
        let total = counts.total(group);
        if total <= own {
            return NOTHING;
        }
        let Some(&leader) = counts.leaders(group).first().filter(|&&leader| leader < TOO_FEW) else { return DEPENDS };
        let most = counts.weight(group, leader as usize);
        let (same, others) = ((most - own).max(0.0), total - own);
        match () {
            // Of no mind at all, it neither bears a value out nor doubts one.
            () if most < MAJORITY * others => NOTHING,
            () if same < AGREED * others => DEPENDS,
            () if same >= BORNE_OUT => leader,
            () => leader | TOO_FEW,
        }
    };
    (0..counts.groups() as Group).map(of_group).collect()
}

fn by_code(tally: &GroupTally, agreed: &[u32]) -> Vec<u32> {
    let of_code = |code: usize| match tally.group_of(Code(code as u32)) {
        NO_GROUP => NOTHING,
        group => agreed[group as usize],
    };
    (0..tally.codes()).map(of_code).collect()
}
