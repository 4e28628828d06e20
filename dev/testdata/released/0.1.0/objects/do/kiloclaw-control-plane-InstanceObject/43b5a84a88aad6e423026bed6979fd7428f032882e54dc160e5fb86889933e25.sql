CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"284352b5-c614-4646-9089-5a406c7fd2f7","userId":"walter","sandboxId":"kc-284352b5c614464690895a406c7fd2f7","provider":"fly","name":null,"region":"iad","createdAt":1795476410561,"updatedAt":1795476418541,"startedAt":1795476411586,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"custom","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":25,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-44a78f9d81324d233d4e","volumeName":"kswgw2dt8bedxe99s7m1nc2ygsr5yv","machineName":"kc-44a78f9d81324d233d4e","appEnsuredAtMs":1795476410565,"volumeId":"vol_8j8k9z1p0gocu7vi","region":"iad","machineId":"6a000287d5fb07","machineVersion":"01M85BQM6MTHWQNT9GEZN9FERH","volumeUsedAtMs":1795476410582},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":"http://6a000287d5fb07.vm.kc-44a78f9d81324d233d4e.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":10,"registryVersion":5,"registrySyncedVersion":5,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-d0c1-763a-aa8d-d04fe393a760', 'provision', 'succeeded', '{"id":"01a20abb-d0c1-763a-aa8d-d04fe393a760","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"1b8dcaff-0cda-41e7-841a-496364fade95","params":{"start":true},"idempotencyKey":"63f7006f-2d30-435c-9825-12c927925d17","argumentsFingerprint":"d17aef5e335369bc670aa6d27e9613cb","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476410562,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476410562,"endedAt":1795476410563,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476410563,"endedAt":1795476410564,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476410565,"endedAt":1795476410571,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476410572,"endedAt":1795476410577,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476410577,"endedAt":1795476410582,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476410583,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476410583,"endedAt":1795476411586,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476411587,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476411586,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476410561,"endedAt":1795476411587}');
INSERT INTO "operations" VALUES (2, '01a20abb-efdd-73ce-8cc1-e1adf70c6c0e', 'extend_volume', 'succeeded', '{"id":"01a20abb-efdd-73ce-8cc1-e1adf70c6c0e","kind":"extend_volume","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"c21c3017-33bf-4d54-a10e-69b9278d45d0","params":{"targetSizeGb":25},"idempotencyKey":"bae71fa1-351b-44de-b205-6951db90a4b3","argumentsFingerprint":"8d2715efd911c3bb477e55b5116bee9c","position":3,"steps":[{"name":"check_volume","status":"succeeded","startedAt":1795476418527,"endedAt":1795476418533,"failures":0,"unresolvedSince":null},{"name":"grow_volume","status":"succeeded","startedAt":1795476418533,"endedAt":1795476418540,"failures":0,"unresolvedSince":null},{"name":"record_extend","status":"succeeded","startedAt":1795476418540,"endedAt":1795476418541,"failures":0,"unresolvedSince":null}],"facts":{"realVolumeSizeGb":25,"needsRestart":false},"nextAttemptAt":1795476418541,"generation":7,"before":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"after":{"instanceType":"custom","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":25},"result":{"previousSizeGb":10,"sizeGb":25,"needsRestart":false},"error":null,"startedAt":1795476418525,"endedAt":1795476418541}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476753354000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 2);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 5);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
