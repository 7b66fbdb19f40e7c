import ramframe

with ramframe.Sender("readings", "backpressure") as sender:
    receiver = ramframe.Receiver("readings")  # in another process, usually
    sender.send(b"21.5")
    sender.send(b"22.0")
    for message in (receiver.recv(timeout=1), receiver.recv(timeout=1)):
        if isinstance(message, ramframe.Message):
            print(message.sequence, message.payload.decode())
    receiver.close()
