CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"22a0bbd2-b03f-4dec-92d1-9b66fdbad4c2","userId":"grace","sandboxId":"kc-22a0bbd2b03f4dec92d19b66fdbad4c2","provider":"fly","name":"Grace''s assistant","region":"iad","createdAt":1795476401611,"updatedAt":1795476402762,"startedAt":1795476402762,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"custom","machineSize":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"volumeSizeGb":30,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"given":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"asked":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-24e66736c1389e29ebad","volumeName":"kswgw21svam0q5oa0lpmx2aehpjg02","machineName":"kc-24e66736c1389e29ebad","appEnsuredAtMs":1795476401614,"volumeId":"vol_7kgd6uo100dd3a1o","region":"iad","machineId":"bb6060cac22f2c","machineVersion":"01M85BQBHVC7HT9VEXRK15R988","volumeUsedAtMs":1795476401742},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":"http://bb6060cac22f2c.vm.kc-24e66736c1389e29ebad.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":6,"registryVersion":4,"registrySyncedVersion":4,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-adcb-7776-a58c-456eea42225f', 'provision', 'succeeded', '{"id":"01a20abb-adcb-7776-a58c-456eea42225f","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"dca70354-d384-48cc-963f-41660f933e7c","params":{"start":true},"idempotencyKey":"97fd3ca3-5ca5-45be-8e0a-1507227314b4","argumentsFingerprint":"78d8ba3995b0764d6fd7850365c11cad","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476401612,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476401612,"endedAt":1795476401612,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476401613,"endedAt":1795476401613,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476401613,"endedAt":1795476401692,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476401692,"endedAt":1795476401715,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476401716,"endedAt":1795476401742,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476401743,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476401743,"endedAt":1795476402762,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476402763,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"given":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476402762,"generation":0,"before":null,"after":{"instanceType":"custom","machineSize":{"cpus":2,"memory_mb":6144,"cpu_kind":"performance"},"volumeSizeGb":30},"result":null,"error":null,"startedAt":1795476401611,"endedAt":1795476402763}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476827828000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
