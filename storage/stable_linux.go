package storage

/*
// The symbols are those of the SQLite that the driver is built with; weak, since they are only there in the whole program.
typedef struct sqlite3 sqlite3;
extern int sqlite3_auto_extension(void (*)(void)) __attribute__((weak));
extern int sqlite3_db_config(sqlite3 *, int, ...) __attribute__((weak));

enum { enableQPSG = 1007 }; // SQLITE_DBCONFIG_ENABLE_QPSG

static int keep_plans(sqlite3 *db, char **error, const void *api) {
	return sqlite3_db_config(db, enableQPSG, 1, (int *)0);
}

static int keep_all_plans(void) {
	if (!sqlite3_auto_extension || !sqlite3_db_config) return 0;
	return sqlite3_auto_extension((void (*)(void))keep_plans);
}
*/
import "C"

// Every connection to SQLite that is opened from now on keeps the plan of a statement for all values. Without that a
// statement that the driver has prepared before is prepared anew each time it is used, which takes longer than running it:
// SQLite does so when values that its planner could have looked at are cleared, and the driver clears them.
func init() { C.keep_all_plans() }
