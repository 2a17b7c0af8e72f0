using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Marks a secret for deletion after 7 to 30 days, or deletes it at once.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html</remarks>
internal sealed class DeleteSecret(SecretsStreams streams) : IOperation<DeleteSecret.Request, DeleteSecret.Response>
{
    private const int LeastDays = 7;
    private const int MostDays = 30;

    internal sealed record Request(string? SecretId, long? RecoveryWindowInDays, bool? ForceDeleteWithoutRecovery);

    internal sealed record Response([property: JsonPropertyName("ARN")] string Arn, string Name, DateTimeOffset DeletionDate);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = SecretRules.Id(request.SecretId);
        var force = request.ForceDeleteWithoutRecovery == true;
        if (force && request.RecoveryWindowInDays is not null)
        {
            throw AwsException.InvalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
        }

        var days = request.RecoveryWindowInDays ?? MostDays;
        if (days is < LeastDays or > MostDays)
        {
            throw AwsException.InvalidParameter($"The RecoveryWindowInDays value must be between {LeastDays} and {MostDays} days (inclusive).");
        }

        TimeSpan? window = force ? null : TimeSpan.FromDays(days);
        var (secret, goneAt) = await streams.ExecuteAsync(context, new Domain.DeleteSecret(id, window), cancellationToken).ConfigureAwait(false);
        return new(secret.Arn, secret.Name, goneAt);
    }
}
