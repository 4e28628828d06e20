-- The control plane lists instances with their owners' addresses: that much of a user, and nothing else. The id is
-- needed to insert one who may be there already.
REVOKE SELECT ON users FROM kiloclaw_control_plane;
--> statement-breakpoint
GRANT SELECT (id, email, contact_email) ON users TO kiloclaw_control_plane;
