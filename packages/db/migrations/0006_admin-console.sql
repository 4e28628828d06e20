CREATE INDEX "audit_log_at_idx" ON "audit_log" USING btree ("at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_log_action_idx" ON "audit_log" USING btree ("action","at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_log_unsuccessful_idx" ON "audit_log" USING btree ("outcome","at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "audit_log"."outcome" IN ('failed', 'denied');--> statement-breakpoint
CREATE INDEX "audit_log_target_user_id_idx" ON "audit_log" USING btree ("target_user_id","at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_log_operation_id_idx" ON "audit_log" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "audit_log_request_id_idx" ON "audit_log" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_unknown_type_idx" ON "kiloclaw_instances" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "kiloclaw_instances"."instance_type" IS NULL AND "kiloclaw_instances"."destroyed_at" IS NULL;--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_updated_at_idx" ON "kiloclaw_instances" USING btree ("updated_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "kiloclaw_instances"."destroyed_at" IS NULL;--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_closed_updated_at_idx" ON "kiloclaw_instances" USING btree ("updated_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "kiloclaw_instances"."status" = 'destroyed';--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_override_set_at_idx" ON "kiloclaw_instances" USING btree (coalesce(substring("admin_size_override" ->> 'setAt' from '^[0-9TZ:.+-]{1,40}$'), ''),"id") WHERE "kiloclaw_instances"."admin_size_override" IS NOT NULL AND "kiloclaw_instances"."destroyed_at" IS NULL;--> statement-breakpoint
CREATE INDEX "kiloclaw_instances_override_actor_idx" ON "kiloclaw_instances" USING btree (("admin_size_override" ->> 'actorId')) WHERE "kiloclaw_instances"."admin_size_override" IS NOT NULL AND "kiloclaw_instances"."destroyed_at" IS NULL;--> statement-breakpoint
CREATE INDEX "users_id_trgm_idx" ON "users" USING gin ("id" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "users_name_trgm_idx" ON "users" USING gin ("name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "users_created_at_idx" ON "users" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "users_admins_idx" ON "users" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "users"."role" = 'admin';