//! A link: bytes in both directions, through two channels in one region.

use std::error::Error;
use std::thread;

use embedded_io::{Read, Write};
use ramframe_core::memory::AtomicWords;
use ramframe_core::stream::{DuplexGeometry, Link};
use ramframe_core::wait::Forever;

fn main() -> Result<(), Box<dyn Error>> {
    let geometry = DuplexGeometry::new(4, 48); // for each direction
    let memory = AtomicWords::array::<512>();
    let region = AtomicWords::new(&memory);
    geometry.format(&region, 0)?;

    // Two programs would call `attach` with `End::A` and `End::B`.
    let (mut client, mut server) = Link::new(region).attach_both::<_, 48>(Forever)?;

    thread::scope(|scope| {
        scope.spawn(move || {
            let mut number = [0; 4];
            while server.read_exact(&mut number).is_ok() {
                let square = u32::from_le_bytes(number).pow(2);
                server.write_all(&square.to_le_bytes()).expect("a client");
            }
        });

        for number in 1..=3_u32 {
            client.write_all(&number.to_le_bytes())?;
            let mut square = [0; 4];
            client.read_exact(&mut square).map_err(|_| "no answer")?;
            println!("{number} squared is {}", u32::from_le_bytes(square));
        }
        client.close(); // ends the server's loop
        Ok(())
    })
}
