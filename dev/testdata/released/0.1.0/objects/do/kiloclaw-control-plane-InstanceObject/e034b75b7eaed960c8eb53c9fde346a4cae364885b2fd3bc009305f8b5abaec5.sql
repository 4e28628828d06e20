CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"30555f7f-9c01-4008-986b-b8ff65a96fbd","userId":"erin","sandboxId":"kc-30555f7f9c014008986bb8ff65a96fbd","provider":"fly","name":"Erin''s assistant","region":"iad","createdAt":1795476401654,"updatedAt":1795476402797,"startedAt":1795476402797,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"perf-4-16","machineSize":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"volumeSizeGb":40,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"given":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"asked":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-ff25054422e50182ca88","volumeName":"kswgw2v0g95cvrzgw7djr1dmx5bz5p","machineName":"kc-ff25054422e50182ca88","appEnsuredAtMs":1795476401658,"volumeId":"vol_wd509bp4zehthu9q","region":"iad","machineId":"5f4bf6a0bb94c1","machineVersion":"01M85BQBJ3V7DQSFPV3PREG0BG","volumeUsedAtMs":1795476401774},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":"http://5f4bf6a0bb94c1.vm.kc-ff25054422e50182ca88.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":6,"registryVersion":4,"registrySyncedVersion":4,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-adf6-76b3-84c1-b065b81e833c', 'provision', 'succeeded', '{"id":"01a20abb-adf6-76b3-84c1-b065b81e833c","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"f6658671-c73c-4e53-9e09-3726eeec8975","params":{"start":true},"idempotencyKey":"ff42e07a-2ce6-42c1-a533-e11958343934","argumentsFingerprint":"4050a3afd45b8141e1a84755b60e1646","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476401655,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476401656,"endedAt":1795476401656,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476401657,"endedAt":1795476401657,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476401657,"endedAt":1795476401698,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476401698,"endedAt":1795476401718,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476401718,"endedAt":1795476401775,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476401777,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476401778,"endedAt":1795476402797,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476402798,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"given":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476402797,"generation":0,"before":null,"after":{"instanceType":"perf-4-16","machineSize":{"cpus":4,"memory_mb":16384,"cpu_kind":"performance"},"volumeSizeGb":40},"result":null,"error":null,"startedAt":1795476401654,"endedAt":1795476402798}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476779396000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
