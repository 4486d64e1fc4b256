//! Runs the relay until it is asked to end.

use anyhow::Context;
use pika_relay::{
    config::Config,
    shutdown::{EndRequest, ShutdownTrigger},
    telemetry,
};

pub(super) fn serve(config: Config) -> anyhow::Result<()> {
    telemetry::init(config.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let asked_to_end = EndRequest::listen().context("cannot listen for signals")?;
        let address = config.socket_address();
        let listener = pika_relay::listen(address).with_context(|| format!("cannot listen on {address}"))?;
        let grace = config.limits.shutdown_grace;
        let (trigger, listening) = ShutdownTrigger::new();
        let relay = tokio::spawn(pika_relay::serve(config, listener, listening));
        let mut relay = std::pin::pin!(relay);
        tokio::select! {
            ended = &mut relay => return ended?,
            () = asked_to_end.received() => {}
        }
        tracing::info!("ending");
        if !trigger.finish(grace).await {
            tracing::warn!("some connections did not end in time");
        }
        relay.await?
    })
}
