-- Roles belong to the whole cluster: another database of it may have them, or be making them at this moment.
DO $$
DECLARE
	role_name text;
BEGIN
	FOREACH role_name IN ARRAY ARRAY['kiloclaw_control_plane', 'kiloclaw_web', 'kiloclaw_scrubber'] LOOP
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
			BEGIN
				EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
			EXCEPTION WHEN duplicate_object OR unique_violation THEN
				NULL;
			END;
		END IF;
	END LOOP;
END;
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO kiloclaw_control_plane, kiloclaw_web, kiloclaw_scrubber;
--> statement-breakpoint
-- The control plane: rows of instances, their audit, and bare owners. It can make no admin, and nobody who signs in.
GRANT SELECT ON users, kiloclaw_instances, audit_log, fleet TO kiloclaw_control_plane;
--> statement-breakpoint
GRANT INSERT (id, contact_email) ON users TO kiloclaw_control_plane;
--> statement-breakpoint
GRANT INSERT, UPDATE ON kiloclaw_instances TO kiloclaw_control_plane;
--> statement-breakpoint
GRANT INSERT ON audit_log TO kiloclaw_control_plane;
--> statement-breakpoint
-- The web: people and their sign-in. It reads instances, and changes none.
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, accounts, verifications, rate_limits TO kiloclaw_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON users TO kiloclaw_web;
--> statement-breakpoint
GRANT SELECT ON kiloclaw_instances, audit_log, fleet TO kiloclaw_web;
--> statement-breakpoint
GRANT INSERT ON audit_log TO kiloclaw_web;
--> statement-breakpoint
-- The scrubber: the deletion of a person.
GRANT SELECT, UPDATE ON users, kiloclaw_instances TO kiloclaw_scrubber;
--> statement-breakpoint
GRANT SELECT, DELETE ON sessions, accounts, verifications TO kiloclaw_scrubber;
--> statement-breakpoint
GRANT SELECT, INSERT ON audit_log TO kiloclaw_scrubber;
