-- The deletion of a person. People are marked as deleted first; from then on nothing that is stored may tell of them as
-- the admin of a size override, whoever brings it and however late. Every function here belongs to whoever migrates.

-- A value in which the size overrides of these people have lost reason and actor. All else stays as it is.
CREATE FUNCTION without_people(value jsonb, people text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
DECLARE
	kept jsonb := value;
BEGIN
	IF jsonb_typeof(kept) = 'array' THEN
		RETURN coalesce((
			SELECT jsonb_agg(public.without_people(item, people) ORDER BY place)
			FROM jsonb_array_elements(kept) WITH ORDINALITY AS items (item, place)
		), kept);
	END IF;
	IF jsonb_typeof(kept) IS DISTINCT FROM 'object' THEN
		RETURN kept;
	END IF;
	-- As the instance does it: see `withoutDeletedAdmin`.
	IF kept ? 'machineSize' AND kept ->> 'actorId' = ANY (people) THEN
		kept := jsonb_set(kept - 'reason', '{actorId}', '"deleted admin"');
	END IF;
	RETURN coalesce((
		SELECT jsonb_object_agg(name, public.without_people(item, people)) FROM jsonb_each(kept) AS entries (name, item)
	), kept);
END;
$$;
--> statement-breakpoint
-- Everybody whom a value names as the actor of something in it.
CREATE FUNCTION actors_in(value jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
	SELECT coalesce(array_agg(DISTINCT named #>> '{}'), '{}') FROM jsonb_path_query(value, '$.**.actorId') AS named;
$$;
--> statement-breakpoint
-- Those of them who are deleted. Their rows are locked: a deletion waits for what is being stored, or is seen by it.
CREATE FUNCTION deleted_among(people text[]) RETURNS text[]
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	SELECT coalesce(array_agg(id) FILTER (WHERE deleted_at IS NOT NULL), '{}')
	FROM (SELECT id, deleted_at FROM public.users WHERE id = ANY (people) ORDER BY id FOR SHARE) AS named;
$$;
--> statement-breakpoint
-- An entry of the audit log as it may be stored by now.
CREATE FUNCTION audit_log_scrubbed(entry audit_log) RETURNS audit_log
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	people text[] := public.actors_in(jsonb_build_array(entry.before, entry.after, entry.metadata));
BEGIN
	IF entry.ip IS NOT NULL THEN
		people := people || entry.actor_id;
	END IF;
	IF people = '{}' THEN
		RETURN entry;
	END IF;
	people := public.deleted_among(people);
	entry.before := public.without_people(entry.before, people);
	entry.after := public.without_people(entry.after, people);
	entry.metadata := public.without_people(entry.metadata, people);
	IF entry.actor_id = ANY (people) THEN
		entry.ip := NULL;
	END IF;
	RETURN entry;
END;
$$;
--> statement-breakpoint
CREATE FUNCTION audit_log_scrub_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN public.audit_log_scrubbed(NEW);
END;
$$;
--> statement-breakpoint
-- Debt of an instance may arrive long after its admin was deleted.
CREATE TRIGGER audit_log_scrub_new BEFORE INSERT ON audit_log FOR EACH ROW
	WHEN (NEW.ip IS NOT NULL OR jsonb_path_exists(jsonb_build_array(NEW.before, NEW.after, NEW.metadata), '$.**.actorId'))
	EXECUTE FUNCTION audit_log_scrub_new();
--> statement-breakpoint
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_scrub_new;
--> statement-breakpoint
-- The log still only grows. The one change that is let through is the one that a deletion has to make.
CREATE FUNCTION audit_log_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF NEW IS DISTINCT FROM public.audit_log_scrubbed(OLD) THEN
		RAISE EXCEPTION 'audit_log is append-only: UPDATE is refused' USING ERRCODE = 'insufficient_privilege';
	END IF;
	RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER audit_log_refuse_rewrite BEFORE UPDATE ON audit_log
	FOR EACH ROW EXECUTE FUNCTION audit_log_refuse_rewrite();
--> statement-breakpoint
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_refuse_rewrite;
--> statement-breakpoint
DROP TRIGGER audit_log_append_only ON audit_log;
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF
	id, at, actor_id, actor_kind, action, target_user_id, instance_id, operation_id, request_id, outcome ON audit_log
	FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse_change();
--> statement-breakpoint
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
--> statement-breakpoint
CREATE FUNCTION kiloclaw_instances_scrub_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF NEW.admin_size_override IS NOT NULL THEN
		NEW.admin_size_override := public.without_people(
			NEW.admin_size_override, public.deleted_among(public.actors_in(NEW.admin_size_override)));
	END IF;
	IF EXISTS (SELECT FROM public.users WHERE id = NEW.user_id AND deleted_at IS NOT NULL) THEN
		NEW.name := NULL;
		NEW.tracked_image_tag := NULL;
	END IF;
	RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER kiloclaw_instances_scrub_new BEFORE INSERT OR UPDATE ON kiloclaw_instances
	FOR EACH ROW WHEN (num_nonnulls(NEW.name, NEW.tracked_image_tag, NEW.admin_size_override) > 0)
	EXECUTE FUNCTION kiloclaw_instances_scrub_new();
--> statement-breakpoint
-- The deletion begins: the person can't sign in any more and stands nowhere by name or address; the audit log has the row
-- that asked for it. All of it, or, where it is refused, a denied row alone.
CREATE FUNCTION begin_person_deletion(
	person_id text, entry_id text, asked_by_kind text, asked_by_id text, asked_in text
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	person public.users;
	addresses text[];
	refusal text;
	sessions_ended integer;
	accounts_removed integer;
	links_removed integer;
BEGIN
	-- Locked together and in one order, as a change of role does it: two admins who delete each other, or give up their
	-- roles at the same time, don't both find the other one left.
	PERFORM FROM public.users WHERE id = person_id OR role = 'admin' AND deleted_at IS NULL ORDER BY id FOR UPDATE;
	SELECT * INTO person FROM public.users WHERE id = person_id;
	IF NOT FOUND THEN
		refusal := 'unknown';
	ELSIF person.role = 'admin' AND person.deleted_at IS NULL AND NOT EXISTS (
		SELECT FROM public.users AS other
		WHERE other.id <> person_id AND other.role = 'admin' AND other.deleted_at IS NULL AND NOT other.banned
			AND EXISTS (SELECT FROM public.accounts WHERE user_id = other.id)
	) THEN
		refusal := 'last_admin';
	END IF;
	INSERT INTO public.audit_log (id, at, actor_id, actor_kind, action, target_user_id, request_id, outcome, metadata)
	VALUES (entry_id, now(), asked_by_id, asked_by_kind, 'scrub_person', person_id, asked_in,
		CASE WHEN refusal IS NULL THEN 'requested' ELSE 'denied' END,
		CASE WHEN refusal IS NOT NULL THEN jsonb_build_object('code', refusal) END);
	IF refusal IS NOT NULL THEN
		RETURN jsonb_build_object('outcome', refusal);
	END IF;
	-- Sign-in is throttled by the addresses that the person came from.
	SELECT coalesce(array_agg(DISTINCT ip_address), '{}') INTO addresses
		FROM public.sessions WHERE user_id = person_id AND ip_address <> '';
	DELETE FROM public.rate_limits WHERE split_part(key, '|', 1) = ANY (addresses);
	DELETE FROM public.sessions WHERE user_id = person_id OR impersonated_by = person_id;
	GET DIAGNOSTICS sessions_ended = ROW_COUNT;
	DELETE FROM public.accounts WHERE user_id = person_id;
	GET DIAGNOSTICS accounts_removed = ROW_COUNT;
	DELETE FROM public.verifications
		WHERE value = person_id
			OR identifier ~ ('^invitation:' || person_id || '($|[^A-Za-z0-9_-])')
			OR lower(person.email) = ANY (regexp_split_to_array(lower(identifier || ' ' || value), '[][[:space:]":;,|<>(){}]+'));
	GET DIAGNOSTICS links_removed = ROW_COUNT;
	UPDATE public.users SET
		name = '', email = NULL, email_verified = false, contact_email = NULL, image = NULL,
		role = 'customer', banned = true, ban_reason = NULL, ban_expires = NULL,
		updated_at = now(), deleted_at = now()
		WHERE id = person_id AND deleted_at IS NULL;
	UPDATE public.audit_log AS entry
		SET before = scrubbed.before, after = scrubbed.after, metadata = scrubbed.metadata, ip = scrubbed.ip
		FROM public.audit_log AS stored CROSS JOIN LATERAL public.audit_log_scrubbed(stored) AS scrubbed
		WHERE stored.actor_id = person_id AND stored.ip IS NOT NULL AND entry.id = stored.id;
	RETURN jsonb_build_object('outcome', 'begun', 'sessionsEnded', sessions_ended,
		'accountsRemoved', accounts_removed, 'linksRemoved', links_removed);
END;
$$;
--> statement-breakpoint
-- Rows and audit of some instances, once their objects have forgotten the deleted person. Their versions are raised, so
-- that what an object has sent before does not come back.
CREATE FUNCTION scrub_person_rows(person_id text, instance_ids uuid[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	rows_scrubbed integer;
	entries_scrubbed integer;
BEGIN
	IF person_id <> ALL (public.deleted_among(ARRAY[person_id])) THEN
		RAISE EXCEPTION 'only a deleted person can be scrubbed' USING ERRCODE = 'insufficient_privilege';
	END IF;
	UPDATE public.kiloclaw_instances SET
		name = CASE WHEN user_id = person_id THEN NULL ELSE name END,
		tracked_image_tag = CASE WHEN user_id = person_id THEN NULL ELSE tracked_image_tag END,
		admin_size_override = CASE WHEN user_id = person_id AND destroyed_at IS NOT NULL THEN NULL
			ELSE public.without_people(admin_size_override, ARRAY[person_id]) END,
		registry_version = registry_version + 1,
		updated_at = greatest(updated_at, now())
	WHERE id IN (
		-- In the order in which deliveries lock them.
		SELECT id FROM public.kiloclaw_instances
		WHERE id = ANY (instance_ids) AND (
			admin_size_override ->> 'actorId' = person_id
			OR user_id = person_id AND num_nonnulls(name, tracked_image_tag) > 0
			OR user_id = person_id AND destroyed_at IS NOT NULL AND admin_size_override IS NOT NULL
		)
		ORDER BY id FOR UPDATE
	);
	GET DIAGNOSTICS rows_scrubbed = ROW_COUNT;
	UPDATE public.audit_log AS entry
		SET before = scrubbed.before, after = scrubbed.after, metadata = scrubbed.metadata, ip = scrubbed.ip
		FROM public.audit_log AS stored CROSS JOIN LATERAL public.audit_log_scrubbed(stored) AS scrubbed
		WHERE stored.instance_id = ANY (instance_ids)
			AND person_id = ANY (public.actors_in(jsonb_build_array(stored.before, stored.after, stored.metadata)))
			AND entry.id = stored.id AND stored IS DISTINCT FROM scrubbed;
	GET DIAGNOSTICS entries_scrubbed = ROW_COUNT;
	RETURN jsonb_build_object('rows', rows_scrubbed, 'auditRows', entries_scrubbed);
END;
$$;
--> statement-breakpoint
-- What is left of a deleted person: read back after everything else. Instances that are not destroyed yet are no trace.
CREATE FUNCTION person_traces(person_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT jsonb_build_object(
		'people', (SELECT count(*) FROM public.users WHERE id = person_id
			AND (deleted_at IS NULL OR NOT banned OR name <> '' OR num_nonnulls(email, contact_email, image, ban_reason) > 0)),
		'signIns', (SELECT count(*) FROM public.sessions WHERE user_id = person_id OR impersonated_by = person_id)
			+ (SELECT count(*) FROM public.accounts WHERE user_id = person_id),
		'rows', (SELECT count(*) FROM public.kiloclaw_instances WHERE admin_size_override ->> 'actorId' = person_id
			OR user_id = person_id AND (num_nonnulls(name, tracked_image_tag) > 0
				OR destroyed_at IS NOT NULL AND admin_size_override IS NOT NULL)),
		'auditRows', (SELECT count(*) FROM public.audit_log WHERE
			instance_id IN (SELECT instance_id FROM public.audit_log WHERE actor_id = person_id AND action = 'set_override')
			AND person_id = ANY (public.actors_in(jsonb_build_array(before, after, metadata))))
	);
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION
	deleted_among(text[]), audit_log_scrubbed(audit_log), begin_person_deletion(text, text, text, text, text),
	scrub_person_rows(text, uuid[]), person_traces(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION
	deleted_among(text[]), begin_person_deletion(text, text, text, text, text), scrub_person_rows(text, uuid[]),
	person_traces(text) TO kiloclaw_control_plane;
--> statement-breakpoint
-- The role that was meant for this has nothing to do any more. It stays, without a right: roles belong to the whole
-- cluster, and another database of it may be making its own at this moment.
REVOKE ALL ON users, kiloclaw_instances, sessions, accounts, verifications, audit_log FROM kiloclaw_scrubber;
--> statement-breakpoint
REVOKE USAGE ON SCHEMA public FROM kiloclaw_scrubber;
