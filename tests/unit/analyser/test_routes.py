"""Routes are found by syntax in the frameworks that candidates use."""

from __future__ import annotations

from runner.analyser.layout import module_name
from runner.analyser.names import dotted, text_constants, text_of
from runner.analyser.routes import imports_of, routes, routes_of
from tests.unit.analyser.build import tree


def found(**files: str) -> set[str]:
    """`METHOD path file:name` of every route; keyword `a__b` is the file `a/b.py`."""
    paths = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    scanned = [routes_of(tree(text), path, module_name(path)) for path, text in paths.items()]
    return {f"{r.method} {r.path} {r.place.path}:{r.place.note}" for r in routes(scanned)}


def test_fastapi_with_prefixes_across_files() -> None:
    result = found(
        app__main="""
            from fastapi import FastAPI
            from app.api import orders, router as api_router
            from .api.items import router as items_router
            app = FastAPI()
            app.include_router(api_router, prefix="/api")
            app.include_router(items_router)
            app.include_router(prefix="/nothing")
            @app.get("/healthz")
            def health(): ...
        """,
        app__api__router="",
        app__api="""
            from fastapi import APIRouter
            from app.api import orders
            V1 = "/v1"
            router: APIRouter = APIRouter(prefix=V1)
            router.include_router(orders.router)
        """,
        app__api__orders="""
            from fastapi import APIRouter
            router = APIRouter(prefix="/orders")
            @router.post("")
            async def place(): ...
            @router.get(path="/{id}")
            @router.head(f"/{id}/x")
            def get(): ...
            @router.api_route("/any", methods=["PUT", "patch"])
            def anything(): ...
        """,
        app__api__items="""
            import fastapi
            router = fastapi.APIRouter(prefix="/items")
            @router.delete("/" + "{sku}")
            def drop(): ...
        """,
    )
    assert result == {
        "GET /healthz app/main.py:health",
        "POST /api/v1/orders app/api/orders.py:place",
        "GET /api/v1/orders/{id} app/api/orders.py:get",
        "PUT /api/v1/orders/any app/api/orders.py:anything",
        "PATCH /api/v1/orders/any app/api/orders.py:anything",
        "DELETE /items/{sku} app/api/items.py:drop",
    }


def test_flask() -> None:
    result = found(
        app="""
            from flask import Flask
            from views import bp
            app = Flask(__name__)
            app.register_blueprint(bp, url_prefix="/v2")
            @app.route("/a")
            def a(): ...
            @app.route("/b", methods=["POST"])
            def b(): ...
            app.add_url_rule("/c", view_func=a)
            @app.errorhandler(404)
            def missing(): ...
        """,
        views="""
            from flask import Blueprint
            bp = Blueprint("x", __name__, url_prefix="/x")
            @bp.get("/<int:id>")
            def one(): ...
        """,
    )
    assert result == {
        "GET /a app.py:a",
        "POST /b app.py:b",
        "GET /c app.py:a",
        "GET /v2/x/<int:id> views.py:one",
    }


def test_starlette() -> None:
    result = found(
        app="""
            async def health(request): ...
            routes = [
                Route("/healthz", health),
                Mount("/orders", routes=[Route("/", place, methods=["POST"]), Mount()]),
                Route(path, health),
            ]
        """
    )
    assert result == {"GET /healthz app.py:health", "POST /orders/ app.py:place"}


def test_falcon_and_litestar() -> None:
    result = found(
        falcon_app="""
            class Orders:
                x = 1
                def on_post(self, req, resp): ...
                def on_get(self, req, resp): ...
                def other(self): ...
            app.add_route("/orders", Orders())
        """,
        litestar_app="""
            from litestar import Controller, get, post
            @get("/healthz")
            def health() -> str: ...
            class Orders(Controller):
                path = "/orders"
                @post()
                def place(self) -> None: ...
        """,
    )
    assert result == {
        "POST /orders falcon_app.py:Orders.on_post",
        "GET /orders falcon_app.py:Orders.on_get",
        "GET /healthz litestar_app.py:health",
        "POST /orders litestar_app.py:place",
    }


def test_what_cannot_be_known_is_left_out() -> None:
    result = found(
        app="""
            @app.get(path())
            def a(): ...
            @get("/x")
            def b(): ...
            @property
            def c(): ...
            include_router(x)
            (lambda: 1).mount("/x", y)
            self.router = APIRouter(prefix="/p")
            @self.router.get("/q")
            def d(): ...
            @pytest.fixture("/z")
            def e(): ...
        """
    )
    assert result == {"GET /p/q app.py:d"}


def test_routers_that_include_each_other_end() -> None:
    assert found(
        app="""
            a.include_router(b, prefix="/b")
            b.include_router(a, prefix="/a")
            @a.get("/x")
            def x(): ...
        """
    )


def test_imports_are_resolved() -> None:
    imports = imports_of(
        tree("import a.b, c.d as e\nfrom . import f\nfrom ..g import h as i\nfrom j import k"),
        "p.q.r",
        "p/q/r.py",
    )
    assert imports == {"a": "a", "e": "c.d", "f": "p.q.f", "i": "p.g.h", "k": "j.k"}
    assert imports_of(tree("from . import x"), "p", "p/__init__.py") == {"x": "p.x"}
    assert imports_of(tree("from . import x"), "m", "m.py") == {"x": "x"}


def test_text_that_can_be_read_off() -> None:
    known = text_constants(tree("A = B = 'x'\nC: str = 'y'\nD = 1\nE: int\nF.g = 'z'"))
    assert known == {"A": "x", "B": "x", "C": "y"}
    value = tree("f'{A}/' + C").body[0].value  # type: ignore[attr-defined]
    assert text_of(value, known) == "x/y"
    assert text_of(None, known) is None
    assert dotted(tree("f().a.b").body[0].value) == "a.b"  # type: ignore[attr-defined]
