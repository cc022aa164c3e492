//! How many requests a server answers at a time.

use serde_json::Value;
use tokio::time::timeout;

use super::client::Client;
use super::find::root;

/// More than so many nobody serves at a time from one machine.
const MOST: usize = 256;

impl Client {
    /// How many requests the server answers at a time: LM Studio's `config.parallel` of a loaded model, summed up over its
    /// instances, or llama.cpp's `total_slots`. None where it does not tell.
    pub async fn slots(&self, model: &str) -> Option<usize> {
        let base = self.base.get()?;
        let asked = async {
            let lm_studio = self.get(&root(base, "api/v1/models")).await.ok();
            if let Some(slots) = lm_studio.and_then(|list| loaded(&list, model)) {
                return Some(slots);
            }
            let props = self.get(&root(base, "props")).await.ok()?;
            count(&props["total_slots"])
        };
        timeout(self.limits.details, asked).await.ok()?.map(|slots| slots.clamp(1, MOST))
    }
}

/// What LM Studio's list of models says of this one.
fn loaded(list: &Value, model: &str) -> Option<usize> {
    let models = list["models"].as_array()?;
    let instances = models.iter().flat_map(|entry| {
        let instances = entry["loaded_instances"].as_array().map_or(&[][..], Vec::as_slice);
        instances.iter().filter(move |instance| entry["key"] == model || instance["id"] == model)
    });
    instances.map(|instance| count(&instance["config"]["parallel"])).sum::<Option<usize>>().filter(|slots| *slots > 0)
}

fn count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| usize::try_from(count).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn instances_of_a_model_are_summed_up() {
        let list = json!({"models": [
            {"key": "a", "loaded_instances": [{"id": "a", "config": {"parallel": 4}}, {"id": "a:2", "config": {"parallel": 2}}]},
            {"key": "b", "loaded_instances": [{"id": "b", "config": {}}]},
            {"key": "c", "loaded_instances": []},
        ]});
        assert_eq!(loaded(&list, "a"), Some(6));
        assert_eq!(loaded(&list, "a:2"), Some(2));
        assert_eq!((loaded(&list, "b"), loaded(&list, "c"), loaded(&list, "d")), (None, None, None));
        assert_eq!(loaded(&json!([]), "a"), None);
    }
}
