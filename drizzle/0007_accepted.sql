CREATE TABLE "accepted" (
	"turn" bigserial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"intent" jsonb NOT NULL,
	"answer_to" text NOT NULL,
	CONSTRAINT "accepted_key" UNIQUE("key")
);
