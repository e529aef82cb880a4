"""Settings of the portal. Every value that differs between installations comes from portal/environment.py."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from portal import environment

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
environment.refuse_unknown()

VAR = environment.private_folder(Path(environment.text("PORTAL_VAR") or BASE_DIR / "var"))
EMBEDDED = not environment.text("DATABASE_URL")
DEBUG = environment.flag("PORTAL_DEBUG", False)
# In the demonstration, marked accounts with published passwords may sign in. Never otherwise.
DEMONSTRATION = environment.flag("PORTAL_DEMONSTRATION", False)
HTTPS = environment.flag("PORTAL_HTTPS", not EMBEDDED)

SECRET_KEY = environment.secret_key(VAR, embedded=EMBEDDED)
ALLOWED_HOSTS = environment.words("PORTAL_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = environment.words("PORTAL_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "portal",
    "committees",
    "kpis",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # the widgets' templates, for FORM_RENDERER
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.RequestSizeMiddleware",
    "portal.middleware.PrivateMiddleware",
    "portal.middleware.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.PartnershipMiddleware",
    "portal.middleware.FrameMiddleware",
    "committees.middleware.MovedMeetingMiddleware",
    # Last, so that a lockout is answered after everything else is set up.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "portal.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    }
]
FORM_RENDERER = "portal.forms.PortalRenderer"

DATABASES = {"default": environment.database(VAR)}

# Sign-in
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.signin.PortalBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "portal.signin.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an administrator; nobody signs up
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "portal.signin_forms.SignInForm",
    "reset_password": "portal.signin_forms.ForgottenPasswordForm",
    "reset_password_from_key": "portal.signin_forms.NewPasswordForm",
    "change_password": "portal.signin_forms.ChangePasswordForm",
    "set_password": "portal.signin_forms.SetPasswordForm",
    "reauthenticate": "portal.signin_forms.ConfirmForm",
}
# Tries to sign in are counted by axes alone, in the database that all processes share: allauth's own count is kept
# per process, and its limit per address would shut out a town hall behind one address. Its other limits stay.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "portal.signin.name_tried"
AXES_CLIENT_IP_CALLABLE = "portal.signin.address_of"
AXES_LOCKOUT_CALLABLE = "portal.signin.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False

# Messages of the portal quote papers and figures: in the session they end with it, where a cookie of their own would
# outlive signing out and stand readable in the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Language, dates, numbers
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["portal.formats"]
# A day that stands for today everywhere, for tests and trials; a partnership's own demonstration day comes first.
TODAY = environment.day("PORTAL_TODAY")

# Files
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there yet
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.charts.finders.PlotlyFinder",
]
MEDIA_ROOT = VAR / "files"
# Papers and packs may be restricted: nobody but the portal's own user reads them on the machine.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# What arrives stands here until it is accepted or refused. Django removes it; portal.uploads.sweep what a process that
# was killed has left.
FILE_UPLOAD_TEMP_DIR = environment.private_folder(VAR / "tmp")
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# The largest file of each kind, in bytes, and what an Office file may come to once it is unpacked: portal/uploads.py.
UPLOAD_LIMITS = {
    "csv": environment.megabytes("PORTAL_UPLOAD_CSV_MB", 20),
    "xlsx": environment.megabytes("PORTAL_UPLOAD_XLSX_MB", 20),
    "docx": environment.megabytes("PORTAL_UPLOAD_DOCX_MB", 20),
    "pdf": environment.megabytes("PORTAL_UPLOAD_PDF_MB", 50),
    "png": environment.megabytes("PORTAL_UPLOAD_PNG_MB", 10),
    "jpeg": environment.megabytes("PORTAL_UPLOAD_JPEG_MB", 10),
}
UPLOAD_UNPACKED_LIMIT = environment.megabytes("PORTAL_UPLOAD_UNPACKED_MB", 150)
UPLOAD_KEEP_DAYS = environment.at_least_one("PORTAL_UPLOAD_KEEP_DAYS", 30)
# Where the ClamAV daemon listens; without it nothing is scanned.
CLAMD = environment.socket_address("PORTAL_CLAMD")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.storage.StaticFilesStorage"},
}
FIXTURES = BASE_DIR / "fixtures"
DEMONSTRATION_LOADERS = [
    "portal.loading.load",
    "kpis.loading.load",
    "kpis.benchmark_loading.load",
    "committees.loading.load",
]

# Long work
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Where the portal is reached, for links in mail. A portal with a database server of its own has to be told.
ADDRESS = environment.address("PORTAL_ADDRESS", "http://127.0.0.1:8000" if EMBEDDED else "", https=HTTPS)

# Mail: files in var/mail by default, and in a demonstration always
DEFAULT_FROM_EMAIL = environment.text("PORTAL_FROM_EMAIL", "portal@localhost")
if environment.text("PORTAL_SMTP_URL") and not DEMONSTRATION:
    _mail = environ.Env.email_url_config(environment.text("PORTAL_SMTP_URL"))
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"

# Browser security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # Plotly draws heat maps and PNG downloads through these
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if environment.number("PORTAL_PROXIES", 0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("PORTAL_PROXIES", 0)

DJANGO_TABLES2_TEMPLATE = "_components/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": environment.log_level("PORTAL_LOG_LEVEL", "WARNING")},
}
