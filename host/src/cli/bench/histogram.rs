//! Round trips as they are spread, a line of bars for each row, all on one axis.

use hdrhistogram::Histogram;

use super::table::time;

const COLUMNS: usize = 60;
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Where on the axis a time stands: it is logarithmic.
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    fn of<'a>(rows: impl Iterator<Item = &'a Histogram<u64>>) -> Self {
        let (mut low, mut high) = (f64::MAX, 2.0_f64);
        for row in rows {
            low = low.min(row.value_at_quantile(0.001).max(1) as f64);
            high = high.max(row.value_at_quantile(0.999) as f64);
        }
        Self {
            low: low.min(high / 2.0),
            high,
        }
    }

    fn column(&self, value: f64) -> usize {
        let part = (value.max(self.low) / self.low).ln() / (self.high / self.low).ln();
        ((part * COLUMNS as f64) as usize).min(COLUMNS - 1)
    }
}

/// One line a row, with its name before it, and the axis under them.
pub(super) fn draw(rows: &[(String, &Histogram<u64>)]) -> String {
    let rows: Vec<_> = rows.iter().filter(|(_, row)| !row.is_empty()).collect();
    if rows.is_empty() {
        return String::new();
    }
    let axis = Axis::of(rows.iter().map(|(_, row)| *row));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, row) in rows {
        text += &format!("  {name:<width$}  {}\n", bars(row, &axis));
    }
    let (low, high) = (time(axis.low), time(axis.high));
    text += &format!("  {:width$}  {low}{high:>1$}\n", "", COLUMNS - low.len());
    text
}

/// Heights by the square root of the share, so that rare round trips are seen.
fn bars(row: &Histogram<u64>, axis: &Axis) -> String {
    let mut counts = [0.0; COLUMNS];
    for value in row.iter_recorded() {
        let at = axis.column(value.value_iterated_to() as f64);
        counts[at] += value.count_since_last_iteration() as f64;
    }
    let most = counts.iter().copied().fold(1.0, f64::max);
    let bar = |count: &f64| BARS[((count / most).sqrt() * 8.0).ceil() as usize];
    counts.iter().map(bar).collect()
}
