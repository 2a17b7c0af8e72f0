namespace Berth.Domain;

/// <summary>Marks a secret for deletion, or deletes it at once.</summary>
/// <param name="SecretId">Name or ARN.</param>
/// <param name="Window">How long it can still be restored; null: not at all.</param>
public sealed record DeleteSecret(string SecretId, TimeSpan? Window) : Command<SecretsAggregate, (Secret Secret, DateTimeOffset GoneAt)>
{
    /// <inheritdoc/>
    public override (Secret Secret, DateTimeOffset GoneAt) Decide(SecretsAggregate aggregate, DecisionContext context)
    {
        var secret = aggregate.State.Find(SecretId);
        if (Window is not { } window)
        {
            aggregate.Record(new SecretsEvent.Deleted(secret.Name));
            return (secret, context.Now);
        }

        if (secret.DeletedAt is not null)
        {
            throw SecretsRefusal.MarkedForDeletion();
        }

        aggregate.Record(new SecretsEvent.DeletionScheduled(secret.Name, context.Now, context.Now + window));
        return (secret, context.Now + window);
    }
}

/// <summary>Keeps a secret that was marked for deletion. One that was not stays as it is.</summary>
/// <param name="SecretId">Name or ARN.</param>
public sealed record RestoreSecret(string SecretId) : Command<SecretsAggregate, Secret>
{
    /// <inheritdoc/>
    public override Secret Decide(SecretsAggregate aggregate, DecisionContext context)
    {
        var secret = aggregate.State.Find(SecretId);
        if (secret.DeletedAt is not null)
        {
            aggregate.Record(new SecretsEvent.Restored(secret.Name, context.Now));
        }

        return secret;
    }
}
