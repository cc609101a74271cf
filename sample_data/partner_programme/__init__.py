"""A quarter of a partner programme: affiliates and referral partners in three currencies."""
