"""The environment variables that stand in for keys of configuration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENVIRONMENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "region": ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"),
        "accessKey": ("ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"),
        "secretKey": (
            "ALICLOUD_SECRET_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABACLOUD_ACCESS_KEY_SECRET",
        ),
        "securityToken": (
            "ALICLOUD_SECURITY_TOKEN",
            "ALIBABA_CLOUD_SECURITY_TOKEN",
            "ALIBABACLOUD_SECURITY_TOKEN",
        ),
        "profile": ("ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"),
        "sharedCredentialsFile": ("ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"),
        "ecsRoleName": ("ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"),
        "credentialsUri": ("ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"),
        "assumeRole": ("ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"),
        "accountId": ("ALICLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCOUNT_ID"),
        "protocol": ("ALICLOUD_PROTOCOL",),
        "maxRetryTimeout": ("MAX_RETRY_TIMEOUT",),
        "clientReadTimeout": ("CLIENT_READ_TIMEOUT",),
        "clientConnectTimeout": ("CLIENT_CONNECT_TIMEOUT",),
        "sourceIp": ("ALICLOUD_SOURCE_IP", "ALIBABA_CLOUD_SOURCE_IP"),
        "secureTransport": ("ALICLOUD_SECURE_TRANSPORT", "ALIBABA_CLOUD_SECURE_TRANSPORT"),
        "securityTransport": ("ALICLOUD_SECURITY_TRANSPORT", "ALIBABA_CLOUD_SECURITY_TRANSPORT"),
        "skipRegionValidation": ("ALICLOUD_SKIP_REGION_VALIDATION",),
    }
)
"""Configuration key → the environment variables that stand in for it, the first one that is set wins."""
