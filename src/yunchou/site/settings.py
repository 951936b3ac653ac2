"""Settings, all from the environment; docs/settings.md lists each of them."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from yunchou.site.database import database_settings
from yunchou.site.environment import env_bool, env_list, env_secret, env_text
from yunchou.site.logs import configure_logs

ROOT = Path(env_text("YUNCHOU_HOME", str(Path(__file__).resolve().parents[3])))

DEBUG = env_bool("YUNCHOU_DEBUG", default=False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "testserver"])

# An installation that answers to this machine's own names alone is a trial or a test: it may go without a
# secret and without https. The first real name in ALLOWED_HOSTS ends both.
LOCAL_ONLY = set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]", "testserver"}
SECRET_KEY = env_secret("SECRET_KEY", default="only-for-this-machine-" + "x" * 32 if LOCAL_ONLY else "")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY: set at least 32 random characters (or SECRET_KEY_FILE) before serving a real host name")

INSTALLED_APPS = [
    "yunchou.site",  # first, so that its sign-in pages come before the library's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "template_partials",
    "yunchou.audit",
    "yunchou.org",
    "yunchou.lists",
    "yunchou.metrics",
    "yunchou.catalog",
    "yunchou.customers",
    "yunchou.revenue",
    "yunchou.planning",
]
MIDDLEWARE = [
    "yunchou.site.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yunchou.site.middleware.SignInRequired",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yunchou.site.middleware.page",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "yunchou.site.shell.shell",
            ],
        },
    },
]
ROOT_URLCONF = "yunchou.site.urls"
WSGI_APPLICATION = "yunchou.site.wsgi.application"
DATABASES = {"default": database_settings(env_text("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in: a username and a password; accounts are made by the company, never by a visitor.
AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = ["yunchou.site.signin.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "yunchou.site.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "site:home"
LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "yunchou.site.assets.VersionedFiles"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 0 if DEBUG else 365 * 86_400

HTTPS = env_bool("YUNCHOU_HTTPS", default=not LOCAL_ONLY)
if env_bool("YUNCHOU_BEHIND_PROXY", default=False):
    # Only behind a proxy that overwrites this header; otherwise a visitor could claim https.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^livez$", "^readyz$"]
SECURE_HSTS_SECONDS = 365 * 86_400 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-yunchou" if HTTPS else "yunchou"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "yunchou.site.views.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 86_400
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [NONCE],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# The log goes to standard error and nowhere else; the supervisor keeps it.
LOGGING_CONFIG = None
configure_logs(env_text("YUNCHOU_LOG", "lines" if LOCAL_ONLY else "json"))
