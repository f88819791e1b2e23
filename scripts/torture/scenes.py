"""The scenes by name, in the order in which they are played. A scene takes an `Episode` and raises `Found`."""

import damaged
import garbled
import killed
import model
import race
import upheaval

ALL = {
    "race": race.guarded,
    "model": model.scene,
    "killed": killed.scene,
    "ledger": race.unguarded,
    "upheaval": upheaval.scene,
    "garbled": garbled.scene,
    "damaged": damaged.scene,
}
