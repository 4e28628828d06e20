CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"7dfc39c3-7314-4d58-842a-3fbcfbda556f","userId":"alice","sandboxId":"kc-7dfc39c373144d58842a3fbcfbda556f","provider":"fly","name":"Alice''s assistant","region":"iad","createdAt":1795476401584,"updatedAt":1795476402759,"startedAt":1795476402759,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-36a74938a53b406de865","volumeName":"kswgw7gidxsrm8svi8rfc3uhgn5p4f","machineName":"kc-36a74938a53b406de865","appEnsuredAtMs":1795476401587,"volumeId":"vol_8gpj6hhcvm598794","region":"iad","machineId":"5ce5469de5c450","machineVersion":"01M85BQBHSGWKEHWWQ12RAPCFY","volumeUsedAtMs":1795476401739},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":"http://5ce5469de5c450.vm.kc-36a74938a53b406de865.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":6,"registryVersion":4,"registrySyncedVersion":4,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-adb0-764b-a2b7-9aa9585e4d29', 'provision', 'succeeded', '{"id":"01a20abb-adb0-764b-a2b7-9aa9585e4d29","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"be77db0d-b555-4b05-86f2-8ecfc540958d","params":{"start":true},"idempotencyKey":"03c6a447-d302-4462-b988-bceb5dc37f0b","argumentsFingerprint":"b0e25918b4ecb032c1ed4922613813b6","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476401585,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476401585,"endedAt":1795476401585,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476401586,"endedAt":1795476401586,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476401587,"endedAt":1795476401674,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476401675,"endedAt":1795476401703,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476401703,"endedAt":1795476401739,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476401740,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476401740,"endedAt":1795476402759,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476402760,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476402759,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476401584,"endedAt":1795476402760}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476783144000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
