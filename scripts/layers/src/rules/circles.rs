//! Files that use each other in a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    krate::{Arrow, Crate},
    read::facts::Kind,
};

/// Names are told up to this many an arrow.
const MAX_NAMES: usize = 4;
/// A knot with more arrows is told by its shortest circle.
const MAX_ARROWS: usize = 12;

/// What one file takes from another: names, and the line of the first.
#[derive(Debug, Default)]
struct Tie {
    names: BTreeSet<String>,
    line: usize,
}

/// From which file to which.
type Graph = BTreeMap<usize, BTreeMap<usize, Tie>>;

impl Crate {
    /// No files use each other in a circle. A name counts for the file that defines it, however it is passed on.
    /// A module may put together what stands inside it by path (`top::show(ui)`), though what stands inside uses the
    /// module's own types: that is how a face and its rooms are written. What it imports from its rooms counts.
    pub fn circles(&self) -> Vec<String> {
        let graph = self.graph();
        let mut knots = knots(&graph);
        for knot in &mut knots {
            knot.sort_by_key(|file| &self.files[*file].path);
        }
        knots.sort_by_key(|knot| knot.first().map(|file| &self.files[*file].path));
        knots.iter().map(|knot| self.sentence(&graph, knot)).collect()
    }

    fn graph(&self) -> Graph {
        let mut graph = Graph::new();
        for arrow in self.arrows.iter().filter(|arrow| ties(arrow)) {
            let Some((to, name)) = &arrow.to else { continue };
            if *to == arrow.from {
                continue;
            }
            let tie = graph.entry(arrow.from).or_default().entry(*to).or_default();
            if tie.names.is_empty() || arrow.line < tie.line {
                tie.line = arrow.line;
            }
            tie.names.insert(name.clone());
        }
        graph
    }

    /// All arrows of a small knot; of a large one the shortest way round, which is where to begin.
    fn sentence(&self, graph: &Graph, knot: &[usize]) -> String {
        let inside: Vec<_> = knot
            .iter()
            .flat_map(|from| {
                graph
                    .get(from)
                    .into_iter()
                    .flatten()
                    .map(move |(to, tie)| (*from, *to, tie))
            })
            .filter(|(_, to, _)| knot.contains(to))
            .collect();
        let (told, shortest) = if inside.len() <= MAX_ARROWS {
            (inside, "")
        } else {
            let round = shortest_round(graph, knot);
            let told = inside
                .into_iter()
                .filter(|(from, to, _)| round.contains(&(*from, *to)))
                .collect();
            (told, ", the shortest way round first")
        };
        let ties: Vec<_> = told
            .iter()
            .map(|(from, to, tie)| self.tie(*from, *to, tie))
            .collect();
        let all: Vec<_> = knot
            .iter()
            .map(|file| format!("`{}`", self.short(*file)))
            .collect();
        format!(
            "{} files use each other in a circle ({}), open it by moving what is shared to a file below \
             them{shortest}: {}",
            knot.len(),
            all.join(", "),
            ties.join("; ")
        )
    }

    fn tie(&self, from: usize, to: usize, tie: &Tie) -> String {
        let mut names: Vec<_> = tie
            .names
            .iter()
            .take(MAX_NAMES)
            .map(|name| format!("`{name}`"))
            .collect();
        if tie.names.len() > MAX_NAMES {
            names.push(format!("{} more", tie.names.len() - MAX_NAMES));
        }
        let (from, to) = (self.short(from), self.short(to));
        format!(
            "`{from}` (line {}) takes {} from `{to}`",
            tie.line,
            names.join(", ")
        )
    }

    fn short(&self, file: usize) -> &str {
        let path = self.files[file].path.as_str();
        path.strip_prefix("src/").unwrap_or(path)
    }
}

/// Whether an arrow can be part of a circle.
fn ties(arrow: &Arrow) -> bool {
    let composes = arrow.kind != Kind::Import
        && arrow.written.contains("::")
        && arrow
            .through
            .last()
            .is_some_and(|to| to.len() > arrow.module.len() && to.starts_with(&arrow.module));
    arrow.kind != Kind::PassedOn && !composes
}

/// The arrows of a shortest circle among the files of a knot.
fn shortest_round(graph: &Graph, knot: &[usize]) -> BTreeSet<(usize, usize)> {
    let rounds = knot.iter().filter_map(|start| round_from(graph, *start));
    rounds.min_by_key(BTreeSet::len).unwrap_or_default()
}

/// The shortest way from a file back to itself.
fn round_from(graph: &Graph, start: usize) -> Option<BTreeSet<(usize, usize)>> {
    let mut came_from = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(file) = waiting.pop_front() {
        for next in graph.get(&file).into_iter().flat_map(BTreeMap::keys) {
            if *next == start {
                let mut round = BTreeSet::from([(file, start)]);
                let mut at = file;
                while let Some(before) = came_from.get(&at) {
                    round.insert((*before, at));
                    at = *before;
                }
                return Some(round);
            }
            if !came_from.contains_key(next) {
                came_from.insert(*next, file);
                waiting.push_back(*next);
            }
        }
    }
    None
}

/// Sets of more than one file that all reach each other (Tarjan 1972, "Depth-first search and linear graph
/// algorithms"), with a list for a stack: a chain of files may be long.
fn knots(graph: &Graph) -> Vec<Vec<usize>> {
    let mut search = Search::default();
    for file in graph.keys() {
        if !search.order.contains_key(file) {
            search.run(graph, *file);
        }
    }
    search.knots
}

#[derive(Default)]
struct Search {
    /// When a file was first met.
    order: BTreeMap<usize, usize>,
    /// The earliest file that can be reached from it.
    low: BTreeMap<usize, usize>,
    /// Files whose knot is not complete yet.
    open: Vec<usize>,
    knots: Vec<Vec<usize>>,
}

impl Search {
    fn run(&mut self, graph: &Graph, start: usize) {
        let nexts = |file: usize| -> Vec<usize> {
            graph
                .get(&file)
                .into_iter()
                .flatten()
                .map(|(to, _)| *to)
                .collect()
        };
        let mut way = vec![(start, nexts(start))];
        self.meet(start);
        while let Some((file, left)) = way.last_mut() {
            let file = *file;
            if let Some(next) = left.pop() {
                if !self.order.contains_key(&next) {
                    self.meet(next);
                    way.push((next, nexts(next)));
                } else if self.open.contains(&next) {
                    self.lower(file, self.order[&next]);
                }
                continue;
            }
            way.pop();
            if let Some((before, _)) = way.last() {
                self.lower(*before, self.low[&file]);
            }
            if self.low[&file] == self.order[&file] {
                self.close(file);
            }
        }
    }

    fn meet(&mut self, file: usize) {
        let now = self.order.len();
        self.order.insert(file, now);
        self.low.insert(file, now);
        self.open.push(file);
    }

    fn lower(&mut self, file: usize, to: usize) {
        self.low.entry(file).and_modify(|low| *low = (*low).min(to));
    }

    fn close(&mut self, first: usize) {
        let at = self
            .open
            .iter()
            .position(|file| *file == first)
            .unwrap_or(self.open.len());
        let knot = self.open.split_off(at);
        if knot.len() > 1 {
            self.knots.push(knot);
        }
    }
}
