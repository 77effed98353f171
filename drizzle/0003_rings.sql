CREATE TABLE "rings" (
	"place" text PRIMARY KEY NOT NULL,
	"content" jsonb
);
