"""Settings, all from the environment; docs/settings.md lists each of them."""

from pathlib import Path

from yunchou.site.database import database_settings
from yunchou.site.environment import env_bool, env_list, env_secret, env_text

ROOT = Path(env_text("YUNCHOU_HOME", str(Path(__file__).resolve().parents[3])))

DEBUG = env_bool("YUNCHOU_DEBUG", default=False)
SECRET_KEY = env_secret("SECRET_KEY", default="only-for-tests-and-make-run-" + "x" * 32)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "testserver"])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "yunchou.org",
    "yunchou.catalog",
    "yunchou.customers",
    "yunchou.revenue",
    "yunchou.planning",
]
AUTH_USER_MODEL = "org.User"
DATABASES = {"default": database_settings(env_text("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "yunchou.site.urls"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
