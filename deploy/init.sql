-- Run once by the PostgreSQL image, as its superuser, on an empty volume.
-- The application's role owns its database and is no superuser: the triggers that keep a signed record hold for it.
-- Extensions go into template1, of which every later database is a copy.
\getenv password DATABASE_PASSWORD
CREATE ROLE deqi LOGIN PASSWORD :'password';
\connect template1
CREATE EXTENSION btree_gist;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
\connect postgres
CREATE DATABASE deqi OWNER deqi;
