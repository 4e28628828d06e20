CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"34383a96-ad85-41ad-aa3a-0641c2e2b9ee","userId":"sybil","sandboxId":"kc-34383a96ad8541adaa3a0641c2e2b9ee","provider":"fly","name":null,"region":"iad","createdAt":1795476408487,"updatedAt":1795476420433,"startedAt":1795476409505,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"destroying","instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-45df9a3c662573b46be9","volumeName":"kswgw33ame37v4rs6kd6raz5p71qzy","machineName":"kc-45df9a3c662573b46be9","appEnsuredAtMs":1795476408489,"volumeId":"vol_z72xth0ejeqwjhnf","region":"iad","machineId":"8198c0e32ba42e","machineVersion":"01M85BQJ5KY3C5H194WY5R9D1P","volumeUsedAtMs":1795476408502},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":"http://8198c0e32ba42e.vm.kc-45df9a3c662573b46be9.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":7,"registryVersion":5,"registrySyncedVersion":5,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-c8a7-76f2-9427-774a72ed609d', 'provision', 'succeeded', '{"id":"01a20abb-c8a7-76f2-9427-774a72ed609d","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"447db0bc-befd-45b5-835f-457cec65ff86","params":{"start":true},"idempotencyKey":"33fd87e7-552e-4512-93a5-45faff117fbe","argumentsFingerprint":"85c2b18ef3409f0ac4c0fd1bdf5528ab","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476408488,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476408488,"endedAt":1795476408488,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476408489,"endedAt":1795476408489,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476408489,"endedAt":1795476408493,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476408494,"endedAt":1795476408497,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476408498,"endedAt":1795476408502,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476408502,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476408503,"endedAt":1795476409505,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476409505,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476409505,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476408487,"endedAt":1795476409505}');
INSERT INTO "operations" VALUES (2, '01a20abb-f751-70c8-8ec7-40d93739dcd5', 'destroy', 'stuck', '{"id":"01a20abb-f751-70c8-8ec7-40d93739dcd5","kind":"destroy","status":"stuck","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"043a5372-f794-4856-af6a-09425f32ccd5","params":{},"idempotencyKey":"7b553e8a-eead-4d87-b5ee-9f0d0cb6f4f9","argumentsFingerprint":"19b4ebac61dfdf2990fae56b0f7d1328","position":0,"steps":[{"name":"delete_machines","status":"running","startedAt":1795476420434,"endedAt":null,"failures":8,"unresolvedSince":1795476503640},{"name":"delete_volumes","status":"pending","startedAt":null,"endedAt":null,"failures":0,"unresolvedSince":null},{"name":"delete_home","status":"pending","startedAt":null,"endedAt":null,"failures":0,"unresolvedSince":null},{"name":"confirm_gone","status":"pending","startedAt":null,"endedAt":null,"failures":0,"unresolvedSince":null}],"facts":{"ambiguousAt":1795476503640},"nextAttemptAt":1795476743152,"generation":7,"before":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"after":null,"result":null,"error":{"code":"provider_timeout","message":"Fly failed to delete the machine (HTTP 500); whether it took effect is not known.","details":{"provider":"fly","kind":"ambiguous","providerStatus":500,"retryMayHelp":true}},"startedAt":1795476420433,"endedAt":null}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476743152000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 2);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 3);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
