//! Is what `host status --prometheus` prints what Prometheus reads, and true?

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::processes::{Folder, until};
use crate::{fails, leave, pausing, run, status, well};

/// The values of one metric, by their labels.
type Samples = BTreeMap<Vec<(String, String)>, f64>;

/// Reads a page as the description of the format says, and more strictly: each metric once, with its help and its type.
fn read(page: &[String]) -> BTreeMap<String, Samples> {
    let mut metrics: BTreeMap<String, Samples> = BTreeMap::new();
    let mut lines = page.iter().peekable();
    while let Some(line) = lines.next() {
        let (name, help) = line
            .strip_prefix("# HELP ")
            .expect(line)
            .split_once(' ')
            .unwrap();
        assert!(
            name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_')),
            "{name}"
        );
        assert!(!help.is_empty() && !help.contains('\\'), "{help}");
        let kind = lines.next().unwrap().strip_prefix("# TYPE ").unwrap();
        let expected = if name.ends_with("_total") {
            "counter"
        } else {
            "gauge"
        };
        assert_eq!(kind, format!("{name} {expected}"));
        let mut samples = Samples::new();
        while let Some(sample) = lines.next_if(|line| !line.starts_with('#')) {
            let (labels, value) = sample
                .strip_prefix(name)
                .expect(sample)
                .rsplit_once(' ')
                .unwrap();
            let labels = labels
                .strip_prefix('{')
                .and_then(|labels| labels.strip_suffix('}'));
            let before =
                samples.insert(self::labels(labels.expect(sample)), value.parse().unwrap());
            assert_eq!(before, None, "{sample}");
        }
        assert!(!samples.is_empty(), "{name}");
        assert!(
            metrics.insert(name.into(), samples).is_none(),
            "{name} twice"
        );
    }
    metrics
}

fn labels(mut text: &str) -> Vec<(String, String)> {
    let mut labels = Vec::new();
    while let Some((name, rest)) = text.split_once("=\"") {
        let mut value = String::new();
        let mut chars = rest.char_indices();
        let end = loop {
            match chars.next().expect("an end of the value") {
                (_, '\\') => match chars.next().unwrap().1 {
                    'n' => value.push('\n'),
                    char @ ('\\' | '"') => value.push(char),
                    char => panic!("\\{char}"),
                },
                (at, '"') => break at + 1,
                (_, char) => value.push(char),
            }
        };
        labels.push((name.into(), value));
        text = rest[end..].strip_prefix(',').unwrap_or(&rest[end..]);
    }
    assert_eq!(text, "");
    labels
}

fn page(folder: &Folder, args: &[&str]) -> Vec<String> {
    let ended = run(folder, &[&["status", "--prometheus"], args].concat());
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""), "{ended:?}");
    promtool(&ended.lines);
    ended.lines
}

/// The values whose labels have all of these.
fn of(metrics: &BTreeMap<String, Samples>, name: &str, labels: &[(&str, &str)]) -> Vec<f64> {
    let has = |sample: &&Vec<(String, String)>| {
        let has =
            |(name, value): &(&str, &str)| sample.iter().any(|(n, v)| n == name && v == value);
        labels.iter().all(has)
    };
    let samples = metrics.get(name).into_iter().flatten();
    samples
        .filter(|(labels, _)| has(labels))
        .map(|(_, value)| *value)
        .collect()
}

/// Asks Prometheus's own tool, where it is installed.
fn promtool(page: &[String]) {
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped());
    let Ok(mut tool) = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    else {
        eprintln!("promtool is not asked: it is not installed here");
        return;
    };
    let text = page.join("\n") + "\n";
    tool.stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let said = tool.wait_with_output().unwrap();
    assert!(
        said.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&said.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&said.stderr), "");
}

#[test]
fn all_channels_have_a_line_each_where_none_is_named() {
    let folders = [Folder::new(), Folder::new()];
    leave(&folders[0], b"1\n2\n3\n", &[]);
    let _sender = pausing(&folders[1], &["--backpressure", "--receivers", "2"]);
    let metrics = read(&page(&folders[0], &[]));
    let keys = folders.each_ref().map(|folder| folder.key.to_string());
    let values = |name: &str| {
        keys.each_ref()
            .map(|key| of(&metrics, name, &[("key", key)]))
    };
    assert_eq!(values("ramframe_channel_info"), [[1.0], [1.0]]);
    assert_eq!(values("ramframe_messages_sent_total"), [[3.0], [1.0]]);
    assert_eq!(values("ramframe_sender_restarts_total"), [[0.0], [0.0]]);
    assert_eq!(values("ramframe_sender_running"), [[0.0], [1.0]]);
    assert_eq!(values("ramframe_sender_closed"), [[1.0], [0.0]]);
    assert_eq!(
        values("ramframe_receiver_lag_messages"),
        [vec![], vec![1.0, 1.0]]
    );
    assert_eq!(
        values("ramframe_receiver_running"),
        [vec![], vec![0.0, 0.0]]
    );
    let labels = [("key", keys[0].as_str()), ("policy", "overwrite")];
    assert_eq!(of(&metrics, "ramframe_channel_info", &labels), [1.0]);
}

#[test]
fn what_a_person_sees_is_what_is_counted() {
    let folder = Folder::new();
    leave(&folder, b"1\n", &[]);
    leave(&folder, b"2\n", &[]);
    let metrics = read(&page(&folder, &["--path", "."]));
    let shown = status(&folder);
    let value = |name: &str| of(&metrics, name, &[]);
    assert_eq!(value("ramframe_messages_sent_total"), [2.0]);
    assert_eq!(value("ramframe_sender_restarts_total"), [1.0]);
    assert_eq!(
        value("ramframe_channel_slots"),
        [shown["slots"].as_f64().unwrap()]
    );
    assert_eq!(value("ramframe_receiver_lag_messages"), [0.0; 0]);
    well(&folder, &["rm"]);
    let why = fails(&folder, &["status", "--prometheus", "--path", "."]);
    assert!(why.starts_with("no segment has key KEY"), "{why}");
}

#[test]
fn what_was_discarded_is_there_until_it_was_told() {
    let folder = Folder::new();
    let mut sender = crate::backpressure::lines(&folder, &["--keep", "--dead-after", "50ms"]);
    let mut dead = folder.start(&["recv", "--any"]);
    sender.feed(b"one\n");
    dead.line();
    until("it to be taken", || {
        status(&folder)["receivers"][0]["pending"] == 0
    });
    dead.signal(Signal::SIGKILL);
    dead.end();
    sender.feed(b"two\nthree\n");
    assert_eq!(sender.end().code, Some(0));
    let discarded = || {
        let metrics = read(&page(&folder, &["--id", "S"]));
        of(
            &metrics,
            "ramframe_receiver_discarded_messages",
            &[("receiver", "0")],
        )
    };
    assert_eq!(discarded(), [2.0]);
    let mut sender = crate::backpressure::lines(&folder, &["--keep"]);
    sender.feed(b"four\n");
    // Not `--until-close`: the sender before this one has closed, and this one may still be starting.
    run(&folder, &["recv", "--any", "--count", "1"]);
    assert_eq!(sender.end().code, Some(0));
    assert_eq!(discarded(), [0.0]);
}

/// The name of a file is anybody's.
#[test]
fn a_label_is_escaped_twice() {
    let folder = Folder::new();
    let name = "a\"b\\c\n\x1b{d=\"e\"} 1";
    std::fs::write(folder.path().join(name), vec![0; 4096]).unwrap();
    well(&folder, &["send", "--map", name, "--count", "1", "-q"]);
    let metrics = read(&page(&folder, &["--map", name]));
    let shown = "a\"b\\c\\n\\u{1b}{d=\"e\"} 1";
    let labels = [("map", shown), ("offset", "0")];
    assert_eq!(of(&metrics, "ramframe_messages_sent_total", &labels), [1.0]);
    // Firmware may send on it.
    assert_eq!(of(&metrics, "ramframe_sender_running", &labels), [0.0; 0]);
}
