# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import ast
import doctest
import json
import pathlib
from xml.etree import ElementTree

import new_event
import pytest
from new_event import OURS, Names, NotPossible


def test_doctests():
    assert not doctest.testmod(new_event).failed


def texts(home):
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name not in new_event.LEFT_OUT
    }


def test_the_example_under_its_own_names_is_the_example(tmp_path):
    new_event.make(OURS, tmp_path)
    assert texts(tmp_path / OURS.addon) == texts(new_event.EXAMPLE)


@pytest.mark.parametrize(
    "names",
    [
        Names.of("site.weather.recorded"),
        Names.of("plant.fuel_delivery.booked", addon="plant_fuel", model="plant.fuel"),
        Names.of("site.load.weighed", model="construction.weighbridge.ticket"),
        Names.of("master.crew.upserted"),
        Names.of("safety.site.induction.held"),
    ],
)
def test_nothing_of_the_example_is_left(names, tmp_path):
    new_event.make(names, tmp_path)
    home = tmp_path / names.addon
    for name, content in texts(home).items():
        path = pathlib.Path(name)
        assert "note" not in name.replace("test_", ""), name
        if path.suffix == ".png":
            continue
        text = content.decode()
        for word in ("site_note", "site.note", "site note", "sitenote", "diary", '"note"', "written"):
            assert word not in text.lower().replace("_note_content", ""), (name, word)
        if path.suffix == ".py":
            ast.parse(text)
        elif path.suffix == ".xml":
            ElementTree.fromstring(text)
        elif path.suffix == ".json":
            json.loads(text)
    assert (home / "schemas" / f"{names.type}.v1.json").is_file()
    handler = (home / "handlers" / f"{names.handler}.py").read_text()
    assert f'_name = "construction.handler.{names.type}"' in handler
    assert f'_event_group = "{names.addon}.group_service_{names.short}"' in handler


@pytest.mark.parametrize(
    ("type_", "options", "word"),
    [
        ("weather", {}, "no event type"),
        ("site.Weather.recorded", {}, "no event type"),
        ("site..recorded", {}, "no event type"),
        ("site.job.recorded", {}, "a field that each has already"),
        ("site.class.taught", {}, "a field that each has already"),
        ("site.weather.recorded", {"addon": "Weather-1"}, "no name of an addon"),
        ("site.weather.recorded", {"model": "weather"}, "no name of a model"),
        ("site.weather.recorded", {"model": "weather.date"}, "a field that each has already"),
    ],
)
def test_names_that_nobody_would_take(type_, options, word):
    with pytest.raises(NotPossible, match=word):
        Names.of(type_, **options)


def test_what_is_there_is_not_written_over(tmp_path):
    names = Names.of("site.weather.recorded")
    new_event.make(names, tmp_path)
    with pytest.raises(NotPossible, match="is there already"):
        new_event.make(names, tmp_path)


def test_long_names_fit_the_line(tmp_path):
    names = Names.of("temporary_works.falsework_inspection_certificate.countersigned")
    new_event.make(names, tmp_path)
    for path in (tmp_path / names.addon).rglob("*.py"):
        text = path.read_text()
        ast.parse(text)
        for number, line in enumerate(text.split("\n"), 1):
            # what has no blank is broken by the formatter, or stays
            assert len(line) <= new_event.WIDTH or '"""' not in line and "# " not in line, (
                path,
                number,
                line,
            )


@pytest.mark.parametrize(
    ("type_", "options", "words"),
    [
        ("warehouse.item.counted", {}, "'item' is a kind of key already, in construction_master_sync"),
        ("site.order.placed", {}, "'order' is a kind of key already"),
        ("site.supplier.rated", {}, "'supplier' is a kind of key already"),
        ("plant.receipt.signed", {}, "'receipt' is a kind of key already"),
        ("site.weather.recorded", {"model": "site.invoice"}, "'invoice' is a kind of key already"),
        ("site.weather.recorded", {"addon": "construction_sync"}, "construction_sync' is there already"),
        ("site.weather.recorded", {"addon": "base"}, "'base' is Odoo's own"),
        ("site.weather.recorded", {"addon": "stock"}, "'stock' is Odoo's own"),
        ("procurement.delivery.received", {}, "the event procurement.delivery.received is there already"),
        ("site.weather.recorded", {"model": "construction.hold"}, "the model construction.hold is there"),
        ("site.weather.recorded", {"model": "stock.picking"}, "the model stock.picking is there"),
    ],
)
def test_what_the_suite_or_odoo_has_is_not_made_anew(type_, options, words, tmp_path, monkeypatch):
    library = tmp_path / "library"
    home = library / "odoo" / "addons" / "stock"
    (home / "models").mkdir(parents=True)
    (home / "__manifest__.py").write_text("{}")
    (home / "models" / "stock_picking.py").write_text('class A:\n    _name = "stock.picking"\n')
    monkeypatch.setenv("ODOO_LIBRARY", str(library))
    folder = tmp_path / "mine"
    folder.mkdir()
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    with pytest.raises(SystemExit) as caught:
        new_event.main([type_, "--folder", str(folder), *flags])
    assert words in str(caught.value)
    assert not list(folder.iterdir())


def test_an_addon_beside_is_looked_at_too(tmp_path):
    new_event.main(["site.weather.recorded", "--folder", str(tmp_path)])
    for again in ("site.weather.recorded", "plant.weather.recorded"):
        with pytest.raises(SystemExit, match="already"):
            new_event.main([again, "--folder", str(tmp_path), "--addon", "construction_other"])


def test_texts_and_key_follow_the_model(tmp_path):
    names = Names.of("site.load.weighed", model="construction.weighbridge.ticket")
    new_event.make(names, tmp_path)
    home = tmp_path / "construction_site_load"
    assert '"ticket"' in (home / "schemas" / "site.load.weighed.v1.json").read_text()
    assert '_document_kind = "ticket"' in (home / "handlers" / "site_load_weighed.py").read_text()
    views = (home / "views" / "construction_weighbridge_ticket_views.xml").read_text()
    assert "Weighbridge Tickets" in views
    assert "load" not in views.replace(names.addon, "").replace(names.type, "").lower()


def test_what_python_leaves_is_ignored_in_a_folder_outside(tmp_path, capsys):
    new_event.main(["site.weather.recorded", "--folder", str(tmp_path)])
    assert "__pycache__/" in (tmp_path / ".gitignore").read_text()
    (tmp_path / ".gitignore").write_text("mine\n")
    new_event.main(["site.wind.recorded", "--folder", str(tmp_path)])
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert capsys.readouterr().out.startswith(f"Made: {tmp_path}/construction_site_weather\n")


def test_nothing_is_made_where_no_folder_is(tmp_path, capsys):
    with pytest.raises(SystemExit, match=r"Nothing was made: there is no folder .*gone"):
        new_event.main(["site.weather.recorded", "--folder", str(tmp_path / "gone")])
