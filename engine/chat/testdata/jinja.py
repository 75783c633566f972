"""Renders the fixtures with Jinja2 itself, set up as Transformers sets it up
(transformers/utils/chat_template_utils.py), and compares with golden.json.
    pip install jinja2==3.1.6 && python3 jinja.py
"""
import datetime, glob, json, os, sys
from jinja2.sandbox import ImmutableSandboxedEnvironment
import jinja2.ext

here = os.path.dirname(os.path.abspath(__file__))
env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


env.globals["raise_exception"] = raise_exception
env.globals["strftime_now"] = lambda f: datetime.datetime(2026, 11, 24, 9).strftime(f)
env.filters["tojson"] = lambda x, indent=None: json.dumps(x, ensure_ascii=False, indent=indent)

conversations = {
    "one turn": [("user", "안녕?")],
    "system": [("system", "Be brief."), ("user", " Hi <|im_end|></s> ")],
    "three turns": [("system", "Be brief."), ("user", "One?"), ("assistant", "<think>\nhm\n</think>\n\nTwo."), ("user", "Three?")],
}
# These refuse a system message or leave it out: Render puts it before the user's.
merged = {"gemma2"}

golden = json.load(open(os.path.join(here, "golden.json")))
wrong = 0
for path in sorted(glob.glob(os.path.join(here, "*.jinja"))):
    name = os.path.basename(path)[:-6]
    template = env.from_string(open(path).read())
    for which, turns in conversations.items():
        messages = [{"role": r, "content": c} for r, c in turns]
        if name in merged and messages[0]["role"] == "system":
            messages[1]["content"] = messages[0]["content"] + "\n\n" + messages[1]["content"]
            messages = messages[1:]
        want = template.render(messages=messages, add_generation_prompt=True, bos_token="<s>", eos_token="</s>", tools=None, documents=None)
        if golden[name][which] != want:
            wrong += 1
            print(f"{name}, {which}:\ngolden {golden[name][which]!r}\njinja  {want!r}")
print("all equal" if wrong == 0 else f"{wrong} differ")
sys.exit(wrong > 0)
