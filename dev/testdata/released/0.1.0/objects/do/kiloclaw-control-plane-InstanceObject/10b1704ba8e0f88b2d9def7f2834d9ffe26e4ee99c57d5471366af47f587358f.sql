CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"84816f9d-3812-42e6-b48d-e4821cf5e22e","userId":"peggy","sandboxId":"kc-84816f9d381242e6b48de4821cf5e22e","provider":"fly","name":null,"region":"iad","createdAt":1795476405360,"updatedAt":1795476406382,"startedAt":1795476406382,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"bc9df8c9db6bc90b062c93a93124a7d7"},"resources":{"appName":"kc-3ab74ff51af67e41fdeb","volumeName":"kswgw7ueo4aujilpcpxk1q8m995qge","machineName":"kc-3ab74ff51af67e41fdeb","appEnsuredAtMs":1795476405362,"volumeId":"vol_3l8knruct0dm9z0b","region":"iad","machineId":"31d22ff57c36ed","machineVersion":"01M85BQF40W1FCQ49E88PDB6GP","volumeUsedAtMs":1795476405377},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":"v1.released-test-key.5LkH8mbX04S+Hprn.XKbkYc3zjqv7xUaLTTpBi/oZbEPvj19ZApFAzBNr600=","sealedSecrets":"v1.released-test-key.Kdm3kYa8At2h7AX4.6KbX+0Qo3M9Xb9DHf9twOejcZQvULv9wVDVKJzsntL39OEVkd25Xk7CoeA==","fingerprint":"bc9df8c9db6bc90b062c93a93124a7d7"},"endpoint":"http://31d22ff57c36ed.vm.kc-3ab74ff51af67e41fdeb.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":6,"registryVersion":4,"registrySyncedVersion":4,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-bc70-76c2-8711-cc208ea55acb', 'provision', 'succeeded', '{"id":"01a20abb-bc70-76c2-8711-cc208ea55acb","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"228a00f3-d66d-4a41-aaa0-4989174f24ab","params":{"start":true},"idempotencyKey":"a89a3813-ab8a-4906-a1a0-d65d5a198ed1","argumentsFingerprint":"3ed44903679c5720f221f228e05d7076","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476405361,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476405361,"endedAt":1795476405361,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476405362,"endedAt":1795476405362,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476405362,"endedAt":1795476405367,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476405367,"endedAt":1795476405371,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476405372,"endedAt":1795476405377,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476405378,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476405378,"endedAt":1795476406382,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476406383,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476406382,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476405360,"endedAt":1795476406383}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476738656000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
