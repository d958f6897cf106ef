from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Read from the environment; production mounts the secrets from the secret store."""

    model_url: str
    model_name: str = "northlight-chat-2"
    model_token: str
    knowledge_url: str
    classifier_url: str
    token_issuer: str = "https://login.helpdesk.example.org"
    max_steps: int = 4
    max_answer_tokens: int = 600
    questions_per_minute: int = 12
    debug: bool = False
    enable_write_actions: bool = False


settings = Settings()
