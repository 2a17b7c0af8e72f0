namespace Berth.Domain;

/// <summary>The refusals of Secrets Manager, in its codes and words. None of them tells a value.</summary>
public static class SecretsRefusal
{
    /// <summary>No secret with the name or ARN.</summary>
    public static RefusedException NotFound() => Missing("Secrets Manager can't find the specified secret.");

    /// <summary>The secret has no version with the id.</summary>
    public static RefusedException VersionNotFound(string id) => Missing($"Secrets Manager can't find the specified secret value for VersionId: {id}");

    /// <summary>The secret has no version with the label.</summary>
    public static RefusedException StageNotFound(string stage) => Missing($"Secrets Manager can't find the specified secret value for staging label: {stage}");

    /// <summary>A request that does not fit what there is.</summary>
    public static RefusedException InvalidRequest(string message) => new("InvalidRequestException", message);

    internal static RefusedException MarkedForDeletion() =>
        InvalidRequest("You can't perform this operation on the secret because it was marked for deletion.");

    internal static RefusedException Exists(string message) => new("ResourceExistsException", message);

    internal static RefusedException TokenInUse(string token, Secret secret) =>
        Exists($"You can't use ClientRequestToken {token} because that value is already in use for a version of secret {secret.Arn}.");

    private static RefusedException Missing(string message) => new("ResourceNotFoundException", message);
}
