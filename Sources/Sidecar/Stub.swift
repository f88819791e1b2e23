import SQLiteStore
import Logging
