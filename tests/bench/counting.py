"""How many statements a request took, told in a header. Those that only open or close a transaction do not count."""

from django.db import connection

HEADER = "X-Statements"
TRANSACTIONS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


def count_statements(get_response):
    def answer(request):
        counted = Counter()
        with connection.execute_wrapper(counted):
            response = get_response(request)
        response[HEADER] = counted.statements
        return response

    return answer


class Counter:
    def __init__(self):
        self.statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += not str(sql).startswith(TRANSACTIONS)
        return execute(sql, params, many, context)
