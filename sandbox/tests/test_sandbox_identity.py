"""Partners, secrets and tokens in SQL, on every database; several stores on one are several workers."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select, update

from cynod_sandbox._generated.identity import HashedSecret, IssuedToken, Partner, Registration
from cynod_sandbox.app.purging import Purger
from cynod_sandbox.identity import partners
from cynod_sandbox.identity.buckets import SqlBuckets
from cynod_sandbox.identity.store import SqlIdentity, revoke_all
from cynod_sandbox.identity.throttle import SqlThrottle
from cynod_sandbox.storage.database import Database
from cynod_sandbox.storage.tables import buckets, failed_logins, partner_secrets, tokens

pytestmark = pytest.mark.slow

SHOP = Partner("shop", ("a:lire", "a:ecrire"), allowed_ips=("192.0.2.0/24", "2001:db8::/32"), name="Étal 梅")
OTHER = Partner("other", ("a:lire",), basic=True)


def found_token(identity: SqlIdentity, value: str) -> IssuedToken:
    found = identity.find_token(value)
    assert found is not None
    return found


@pytest.fixture
def identity(database: Database) -> SqlIdentity:
    with database.transaction() as connection:
        partners.add(connection, Registration(SHOP, (HashedSecret.of("first"),)))
        partners.add(connection, Registration(OTHER, (HashedSecret.of("others"),)))
    return SqlIdentity(database, 60)


def test_a_pair_gives_its_partner_as_it_was_added(identity):
    assert identity.verify("shop", "first") == SHOP
    assert identity.partner("shop") == SHOP
    for pair in (("shop", "others"), ("shop", ""), ("nobody", "first"), ("sh\0op", "\ud800")):
        assert identity.verify(*pair) is None
    assert identity.partner("nobody") is None


def test_two_secrets_are_valid_during_a_rotation_and_no_third(identity, database):
    for new in ("second", "third"):
        with database.transaction() as connection:
            partners.rotate(connection, "shop", HashedSecret.of(new))
    assert [identity.verify("shop", secret) for secret in ("first", "second", "third")] == [None, SHOP, SHOP]
    with database.transaction() as connection, pytest.raises(LookupError):
        partners.rotate(connection, "nobody", HashedSecret.of("x"))


def test_an_earlier_secret_may_have_an_end(identity, database):
    with database.transaction() as connection:
        partners.rotate(connection, "shop", HashedSecret.of("second"), overlap=1)
    assert identity.verify("shop", "first") == SHOP
    time.sleep(1.1)  # longer than the second that was set
    assert identity.verify("shop", "first") is None
    assert identity.verify("shop", "second") == SHOP


def test_every_worker_sees_what_one_has_done(identity, database):
    elsewhere = SqlIdentity(database)
    token = identity.issue(SHOP, ("a:lire",))
    found = elsewhere.find_token(token.value)
    assert found is not None
    assert (found.value, found.partner, found.scopes, found.lifetime) == ("", "shop", ("a:lire",), 60)
    assert abs(found.expires_at - token.expires_at) < 0.001
    assert not found.expired
    elsewhere.revoke(token.value, OTHER)
    assert not identity.find_token(token.value).revoked
    elsewhere.revoke(token.value, SHOP)
    assert identity.find_token(token.value).revoked
    assert identity.find_token("never issued") is None


def test_a_partner_changes_and_goes_with_its_tokens(identity, database):
    token, others = identity.issue(SHOP, ()), identity.issue(OTHER, ())
    suspended = Partner("shop", ("a:lire",), suspended=True)
    with database.transaction() as connection:
        assert partners.change(connection, suspended)
        assert not partners.change(connection, Partner("nobody"))
        revoke_all(connection, "other")
    assert identity.partner("shop") == suspended
    assert identity.find_token(others.value).revoked
    with database.transaction() as connection:
        partners.remove(connection, "shop")
    assert identity.find_token(token.value) is None
    assert identity.verify("shop", "first") is None


def test_the_partners_of_a_file_are_all_there_are(identity, database):
    token = identity.issue(SHOP, ())
    renamed = Partner("shop", name="Renamed")
    new = Registration(Partner("new"), (HashedSecret.of("n"),))
    with database.transaction() as connection:
        partners.replace_all(connection, [Registration(renamed, (HashedSecret.of("changed"),)), new])
        assert partners.every(connection) == [new.partner, renamed]
    assert identity.verify("shop", "first") is None
    assert identity.verify("shop", "changed") == renamed
    assert identity.find_token(token.value) is not None


@pytest.mark.parametrize("ahead", [10, 1800, 86_400])
def test_a_token_granted_while_the_clock_was_ahead_opens_nothing_once_it_is_corrected(database, ahead):
    with database.transaction() as connection:
        partners.add(connection, Registration(SHOP, (HashedSecret.of("first"),)))
    wrong, right = SqlIdentity(database, 60, lambda: time.time() + ahead), SqlIdentity(database, 3600)
    token, fresh = wrong.issue(SHOP, ()), right.issue(SHOP, ())
    instant = time.time()
    assert not found_token(wrong, token.value).is_expired_at(instant + ahead)
    assert found_token(right, token.value).expired
    assert not found_token(right, fresh.value).expired
    Purger(database, ()).correct()  # ends it for good: the instant of its issue will come again
    assert found_token(right, token.value).is_expired_at(instant + ahead + 5)
    assert not found_token(right, fresh.value).expired


def test_a_window_of_failed_logins_that_began_in_the_future_is_over(database):
    throttle = SqlThrottle(database, 2)
    for _ in range(2):
        throttle.failed("shop", "192.0.2.1")
    assert throttle.wait("shop", "192.0.2.1") > 0
    with database.transaction() as connection:
        connection.execute(update(failed_logins).values(since=failed_logins.c.since + 86_400_000_000))
    assert throttle.wait("shop", "192.0.2.1") == 0
    throttle.failed("shop", "192.0.2.1")  # begins a window of its own
    assert throttle.wait("shop", "192.0.2.1") == 0
    throttle.failed("shop", "192.0.2.1")
    assert 0 < throttle.wait("shop", "192.0.2.1") <= 60


def test_a_quota_that_was_spent_in_the_future_fills_again(database):
    counted = SqlBuckets(database)
    assert counted.take("shop", 60) == 0
    with database.transaction() as connection:
        later = buckets.c.since + 86_400_000_000
        connection.execute(update(buckets).values(remaining=0.0, since=later))
    assert 0 < counted.take("shop", 60) <= 1
    time.sleep(1.1)  # longer than the second that was set
    assert counted.take("shop", 60) == 0


def test_a_remembered_pair_is_what_the_database_says_now(identity, database):
    assert not identity.remembers("shop", "first")
    assert identity.recall("shop", "first") is None
    assert identity.verify("shop", "first") == SHOP
    assert identity.remembers("shop", "first")
    assert identity.recall("shop", "first") == SHOP
    with database.transaction() as connection:
        partners.change(connection, Partner("shop", suspended=True))
    assert identity.recall("shop", "first") == Partner("shop", suspended=True)
    for new in ("second", "third"):
        with database.transaction() as connection:
            partners.rotate(connection, "shop", HashedSecret.of(new))
    assert identity.recall("shop", "first") is None  # retired by another worker, say
    assert identity.verify("shop", "first") is None


def test_nothing_is_kept_in_clear(identity, database):
    token = identity.issue(SHOP, ())
    SqlThrottle(database, 2).failed("a-secret-gone-astray", "192.0.2.9")
    with database.reading() as connection:
        rows = [
            row
            for table in (partner_secrets, tokens, failed_logins)
            for row in connection.execute(select(table))
        ]
    assert len(rows) == 4
    for said in (token.value, "first", "others", "a-secret-gone-astray"):
        assert said not in str(rows)


def test_failed_logins_are_counted_together(database):
    throttles = [SqlThrottle(database, 3), SqlThrottle(database, 3)]
    for number in range(3):
        assert throttles[0].wait("shop", "192.0.2.1") == 0
        throttles[number % 2].failed("shop", "192.0.2.1")
    assert 58 <= throttles[0].wait("shop", "192.0.2.1") == throttles[1].wait("shop", "192.0.2.1") <= 60
    assert throttles[0].wait("shop", "192.0.2.2") == throttles[0].wait("other", "192.0.2.1") == 0
    assert SqlThrottle(database, 0).wait("shop", "192.0.2.1") == 0
    with database.transaction() as connection:
        connection.execute(update(failed_logins).values(since=failed_logins.c.since - 60_000_000))
    assert throttles[0].wait("shop", "192.0.2.1") == 0
    throttles[0].failed("shop", "192.0.2.1")
    assert throttles[0].wait("shop", "192.0.2.1") == 0
