CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"9dbf10b9-7867-47ae-bda0-6adfb1967ec4","userId":"judy","sandboxId":"kc-9dbf10b9786747aebda06adfb1967ec4","provider":"fly","name":"Judy''s assistant","region":"iad","createdAt":1795476401605,"updatedAt":1795476402889,"startedAt":1795476402810,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":15,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-912bd5bf8caf06080edd","volumeName":"kswgw9c7as3zwg17piexxpxzdy3ao4","machineName":"kc-912bd5bf8caf06080edd","appEnsuredAtMs":1795476401608,"volumeId":"vol_4ui76hqjba7bp9j4","region":"iad","machineId":"71abba5aa1a410","machineVersion":"01M85BQBJ1V4T507T4V04Y7G5B","volumeUsedAtMs":1795476401759},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":"http://71abba5aa1a410.vm.kc-912bd5bf8caf06080edd.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":{"at":1795476402889,"machineState":"running","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":15},"lastOutOfMemory":null,"doubts":null,"drift":[{"kind":"volume_above_tier","since":1795476402889,"details":{"realSizeGb":15,"recordedSizeGb":15,"tierSizeGb":10}}],"generation":7,"registryVersion":5,"registrySyncedVersion":5,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-adc6-75bf-a2e5-cf0416b4667d', 'provision', 'succeeded', '{"id":"01a20abb-adc6-75bf-a2e5-cf0416b4667d","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"4a26dc18-8f1b-4887-8e89-689cea5d89a6","params":{"start":true},"idempotencyKey":"1f661370-58be-47c0-a1aa-045c7576254b","argumentsFingerprint":"8419063a772b2c9a8211a79f2da9f92a","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476401606,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476401606,"endedAt":1795476401607,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476401607,"endedAt":1795476401607,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476401607,"endedAt":1795476401690,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476401690,"endedAt":1795476401711,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476401711,"endedAt":1795476401759,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476401759,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476401760,"endedAt":1795476402810,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476402810,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476402810,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476401606,"endedAt":1795476402811}');
INSERT INTO "operations" VALUES (2, '01a20abb-b2c9-7315-aa17-0ef333b13cc9', 'repair', 'succeeded', '{"id":"01a20abb-b2c9-7315-aa17-0ef333b13cc9","kind":"repair","status":"succeeded","phase":"forward","actor":{"kind":"system","id":"reconcile"},"requestId":null,"params":{"adopted":[{"what":"volume_grown","from":10,"to":15}]},"idempotencyKey":null,"argumentsFingerprint":"reconcile","position":0,"steps":[],"facts":{},"nextAttemptAt":1795476402889,"generation":7,"before":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":15},"result":{"adopted":[{"what":"volume_grown","from":10,"to":15}]},"error":null,"startedAt":1795476402889,"endedAt":1795476402889}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476812828000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 2);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 4);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
