from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Reading(_message.Message):
    __slots__ = ("number", "sensor", "celsius")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SENSOR_FIELD_NUMBER: _ClassVar[int]
    CELSIUS_FIELD_NUMBER: _ClassVar[int]
    number: int
    sensor: int
    celsius: float
    def __init__(self, number: _Optional[int] = ..., sensor: _Optional[int] = ..., celsius: _Optional[float] = ...) -> None: ...
