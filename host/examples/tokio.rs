//! Tasks of tokio on one thread: `tokio FILE` asks 1,000 questions through one channel, and another task answers through a second one.

use std::time::Duration;
use std::{env, error};

use ramframe_host::sysv::key::Key;
use ramframe_host::{ChannelOptions, Event, Receiver, SendError, Sender, Start, Trust};
use tokio::time::timeout;

const QUESTIONS: u64 = 1000;

/// A channel and both its ends, which are usually in two processes.
fn ends(key: Key) -> Result<(Sender, Receiver), ramframe_host::Error> {
    let trust = Trust::current_user();
    let sender = Sender::open(key, &ChannelOptions::backpressure(1), &trust)?;
    Ok((sender, Receiver::open(key, Start::Oldest, &trust)?))
}

/// Answers each question with its double until the channel is closed.
async fn answer(mut questions: Receiver, mut answers: Sender) -> Result<Sender, SendError> {
    let mut buffer = [0; 64];
    while let Ok(Event::Message(question)) = questions.recv_async(&mut buffer).await {
        let number = question
            .payload
            .first_chunk()
            .map_or(0, |bytes| u64::from_le_bytes(*bytes));
        answers.send_async(&(2 * number).to_le_bytes()).await?;
    }
    questions.detach();
    Ok(answers)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn error::Error>> {
    let file = env::args().nth(1).ok_or("FILE")?;
    let (mut questions, to_answer) = ends(Key::of_path(&file, b'Q')?)?;
    let (answers, mut answered) = ends(Key::of_path(&file, b'A')?)?;
    let answering = tokio::spawn(answer(to_answer, answers));

    let mut buffer = [0; 64];
    for number in 0..QUESTIONS {
        questions.send_async(&number.to_le_bytes()).await?;
        // A limit is the runtime's. If it ends the wait, no message is lost.
        let answer = timeout(Duration::from_secs(60), answered.recv_async(&mut buffer)).await??;
        let answer = answer.message().ok_or("no answer")?;
        assert_eq!(answer.payload, (2 * number).to_le_bytes());
    }
    questions.drain_async().await?;
    questions.close()?;
    let answers = answering.await??;
    answered.detach();
    answers.close()?;
    println!("{QUESTIONS} answers");
    Ok(())
}
