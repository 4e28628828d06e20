CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (3) with time zone,
	"refresh_token_expires_at" timestamp (3) with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"actor_kind" text NOT NULL,
	"action" text NOT NULL,
	"target_user_id" text,
	"instance_id" uuid,
	"operation_id" text,
	"request_id" text,
	"outcome" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"metadata" jsonb,
	"ip" text,
	CONSTRAINT "audit_log_actor_kind_known" CHECK ("audit_log"."actor_kind" IN ('admin', 'customer', 'api', 'system')),
	CONSTRAINT "audit_log_outcome_known" CHECK ("audit_log"."outcome" IN ('requested', 'succeeded', 'failed', 'denied'))
);
--> statement-breakpoint
CREATE TABLE "fleet" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"singleton" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "fleet_singleton_unique" UNIQUE("singleton"),
	CONSTRAINT "fleet_singleton" CHECK ("fleet"."singleton")
);
--> statement-breakpoint
CREATE TABLE "kiloclaw_instances" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"sandbox_id" text NOT NULL,
	"provider" text NOT NULL,
	"name" text,
	"region" text,
	"instance_type" text,
	"admin_size_override" jsonb,
	"status" text NOT NULL,
	"cpus" integer,
	"memory_mb" integer,
	"cpu_kind" text,
	"volume_size_gb" integer,
	"machine_id" text,
	"drift_kinds" text[] DEFAULT '{}' NOT NULL,
	"tracked_image_tag" text,
	"registry_version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"destroyed_at" timestamp (3) with time zone,
	CONSTRAINT "kiloclaw_instances_instance_type_known" CHECK ("kiloclaw_instances"."instance_type" IN ('perf-1-3', 'perf-4-8', 'perf-4-16', 'shared-2-3', 'shared-2-4', 'custom')),
	CONSTRAINT "kiloclaw_instances_machine_size_whole" CHECK (num_nulls("kiloclaw_instances"."cpus", "kiloclaw_instances"."memory_mb", "kiloclaw_instances"."cpu_kind") IN (0, 3))
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL,
	CONSTRAINT "rate_limits_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL,
	"impersonated_by" text,
	CONSTRAINT "sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"email" text,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"role" text DEFAULT 'customer' NOT NULL,
	"banned" boolean DEFAULT false NOT NULL,
	"ban_reason" text,
	"ban_expires" timestamp (3) with time zone,
	"contact_email" text,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "users_id_format" CHECK ("users"."id" ~ '^[A-Za-z0-9_-]{1,64}$'),
	CONSTRAINT "users_role_known" CHECK ("users"."role" IN ('admin', 'customer'))
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiloclaw_instances" ADD CONSTRAINT "kiloclaw_instances_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_user_id_idx" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "audit_log_instance_id_idx" ON "audit_log" USING btree ("instance_id","at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_log_actor_id_idx" ON "audit_log" USING btree ("actor_id","at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_created_at_idx" ON "kiloclaw_instances" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_user_id_idx" ON "kiloclaw_instances" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_instance_type_idx" ON "kiloclaw_instances" USING btree ("instance_type","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "kiloclaw_instances"."instance_type" IS NOT NULL AND "kiloclaw_instances"."destroyed_at" IS NULL;--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_override_idx" ON "kiloclaw_instances" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "kiloclaw_instances"."admin_size_override" IS NOT NULL AND "kiloclaw_instances"."destroyed_at" IS NULL;--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_machine_id_idx" ON "kiloclaw_instances" USING btree ("machine_id");--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_sandbox_id_trgm_idx" ON "kiloclaw_instances" USING gin ("sandbox_id" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_name_trgm_idx" ON "kiloclaw_instances" USING gin ("name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "users_email_trgm_idx" ON "users" USING gin ("email" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "users_contact_email_trgm_idx" ON "users" USING gin ("contact_email" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "verifications_identifier_idx" ON "verifications" USING btree ("identifier");